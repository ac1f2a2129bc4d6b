// Renders the templates of a Helm chart with Go's own engine and the functions that Helm lends from sprig, for machines where
// building Helm itself takes too long. Reads {chart, values: [...]} from stdin; writes for each values the texts by file, or what
// the chart refused.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

type values = map[string]interface{}

type chart struct{ Name, Version, AppVersion string }

type rendered struct {
	Files   map[string]string `json:"files,omitempty"`
	Refused string            `json:"refused,omitempty"`
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func read(path string, into interface{}) {
	text, err := os.ReadFile(path)
	must(err)
	must(yaml.Unmarshal(text, into))
}

// Maps are merged, anything else is replaced, as Helm does with values of a user.
func merge(base, over values) values {
	for key, value := range over {
		inner, isMap := value.(values)
		known, wasMap := base[key].(values)
		if isMap && wasMap {
			base[key] = merge(known, inner)
		} else {
			base[key] = value
		}
	}
	return base
}

func render(directory string, own values) rendered {
	root := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		must(err)
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	root.Funcs(functions)
	paths, err := filepath.Glob(filepath.Join(directory, "templates", "*.*"))
	must(err)
	inner, err := filepath.Glob(filepath.Join(directory, "templates", "*", "*.*"))
	must(err)
	for _, path := range append(paths, inner...) {
		text, err := os.ReadFile(path)
		must(err)
		template.Must(root.New(path).Parse(string(text)))
	}
	all := values{}
	read(filepath.Join(directory, "values.yaml"), &all)
	about := chart{}
	read(filepath.Join(directory, "Chart.yaml"), &about)
	data := values{
		"Values":  merge(all, own),
		"Chart":   about,
		"Release": values{"Name": "shop", "Namespace": "canaries", "Service": "Helm"},
	}
	files := map[string]string{}
	for _, path := range append(paths, inner...) {
		if strings.HasPrefix(filepath.Base(path), "_") {
			continue
		}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, path, data); err != nil {
			return rendered{Refused: err.Error()}
		}
		files[filepath.Base(path)] = text.String()
	}
	return rendered{Files: files}
}

func main() {
	var asked struct {
		Chart  string
		Values []values
	}
	must(json.NewDecoder(os.Stdin).Decode(&asked))
	answers := []rendered{}
	for _, own := range asked.Values {
		answers = append(answers, render(asked.Chart, own))
	}
	must(json.NewEncoder(os.Stdout).Encode(answers))
}
