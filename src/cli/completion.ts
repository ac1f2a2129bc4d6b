import { FORMAT_NAMES } from '../sources/files/formats.ts';
import type { Command, CommandText } from './command.ts';
import { unknownWord } from './parse-options.ts';

type Renderer = (commands: readonly CommandText[]) => string;

const RENDERERS: Record<string, Renderer> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};
const SHELLS = Object.keys(RENDERERS);
/** Options whose words are known; the arguments of all others are taken for files. */
const WORDS: Record<string, string[]> = {
  '--output': ['text', 'json', 'markdown', 'junit', 'github', 'gitlab'],
  '--verdict': ['pass', 'marginal', 'fail', 'undecided', 'nodata'],
  '--format': [...FORMAT_NAMES],
  '--decimal': ['point', 'comma'],
  '--state': ['queued', 'running', 'completed', 'failed', 'cancelled'],
};

/** The command that prints what completes all commands; they tell their options by their help. */
export function completionCommand(describe: () => Promise<CommandText[]>): Command {
  return {
    help: `Usage: canary completion bash|zsh|fish

Prints what completes commands, options and their known values in a shell:

  bash    source <(canary completion bash)          in ~/.bashrc
  zsh     source <(canary completion zsh)           in ~/.zshrc, after compinit
  fish    canary completion fish | source           in ~/.config/fish/config.fish

Exit codes: 0 printed, 3 no such shell.
`,
    async run([shell = '', ...rest]) {
      const render = Object.hasOwn(RENDERERS, shell) ? RENDERERS[shell] : undefined;
      if (render === undefined || rest.length > 0) {
        throw unknownWord(shell, SHELLS, 'canary completion');
      }
      process.stdout.write(render(await describe()));
      return 0;
    },
  };
}

/** Words that may follow a command: those of its usage lines, and every option of its help. */
function wordsAfter({ name, help }: CommandText): { words: string[]; options: string[] } {
  if (name === 'completion') return { words: SHELLS, options: [] };
  const usages = help.matchAll(new RegExp(`canary ${name} ([a-z][a-z|]*)(?= |$)`, 'gm'));
  const words = [...usages].flatMap(([, alternatives]) => alternatives!.split('|'));
  const options = [...help.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
  return { words: [...new Set(words)], options: [...new Set([...options, '--help'])].sort() };
}

function renderBash(commands: readonly CommandText[]): string {
  const cases = commands.map((command) => {
    const { words, options } = wordsAfter(command);
    return `    ${command.name}) words="${words.join(' ')}"; options="${options.join(' ')}" ;;`;
  });
  const values = Object.entries(WORDS).map(
    ([option, words]) =>
      `    ${option}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current")); return ;;`,
  );
  return `_canary() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words options
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$current"))
    return
  fi
  case "$previous" in
${values.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif ((COMP_CWORD == 2)); then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o default -o bashdefault -F _canary canary
`;
}

function renderZsh(commands: readonly CommandText[]): string {
  const summaries = commands.map(({ name, summary }) => quote(`${name}:${summary}`));
  const cases = commands.map((command) => {
    const { words, options } = wordsAfter(command);
    return `    ${command.name}) words_after=(${words.join(' ')}); options=(${options.join(' ')}) ;;`;
  });
  const values = Object.entries(WORDS).map(
    ([option, words]) => `    ${option}) compadd -- ${words.join(' ')}; return ;;`,
  );
  return `#compdef canary
_canary() {
  local -a commands options words_after
  commands=(
    ${summaries.join('\n    ')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case "$words[CURRENT-1]" in
${values.join('\n')}
  esac
  case "$words[2]" in
${cases.join('\n')}
  esac
  if [[ "$words[CURRENT]" == -* ]]; then
    compadd -- $options
  elif ((CURRENT == 3 && $#words_after)); then
    compadd -- $words_after
  else
    _files
  fi
}
compdef _canary canary
`;
}

function renderFish(commands: readonly CommandText[]): string {
  const lines = commands.flatMap((command) => {
    const { name, summary } = command;
    const { words, options } = wordsAfter(command);
    const after = `complete -c canary -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c canary -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
      ...words.map((word) => `${after} -a ${word}`),
      ...options.map((option) => {
        const known = WORDS[option];
        const values = known === undefined ? '' : ` -x -a '${known.join(' ')}'`;
        return `${after} -l ${option.slice(2)}${values}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
