{{- define "canary-verdict.name" -}}
{{- contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- /* Never the version: selectors cannot change. */}}
{{- define "canary-verdict.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "canary-verdict.labels" -}}
{{ include "canary-verdict.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "canary-verdict.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "canary-verdict.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{- define "canary-verdict.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- /* One Deployment; takes a dict of root, part (api or worker), command. */}}
{{- define "canary-verdict.deployment" -}}
{{- $root := .root }}
{{- $values := index $root.Values .part }}
{{- $keda := dig "keda" "enabled" false $values }}
{{- if and $keda $values.autoscaling.enabled }}{{ fail "worker.keda.enabled and worker.autoscaling.enabled exclude each other" }}{{ end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "canary-verdict.name" $root }}-{{ .part }}
  labels:
    {{- include "canary-verdict.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
spec:
  {{- if not (or $keda $values.autoscaling.enabled) }}
  replicas: {{ $values.replicas }}
  {{- end }}
  # versions may run side by side: see docs/how-to/operations.md
  strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  selector:
    matchLabels:
      {{- include "canary-verdict.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
  template:
    metadata:
      labels:
        {{- include "canary-verdict.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .part }}
        {{- with $root.Values.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        checksum/config: {{ toYaml $root.Values.config | sha256sum }}
        {{- with $root.Values.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      serviceAccountName: {{ include "canary-verdict.serviceAccount" $root }}
      automountServiceAccountToken: false
      # limits.shutdownGrace is 10 s, after the seconds of preStop
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile: { type: RuntimeDefault }
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      containers:
        - name: canary
          image: {{ include "canary-verdict.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: {{ toJson .command }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          ports:
            - { name: http, containerPort: 8090 }
          env:
            - { name: CANARY_CONFIG, value: /etc/canary-verdict/config.yaml }
            - { name: CANARY_SERVER_HOST, value: 0.0.0.0 }
            - { name: CANARY_SERVER_PORT, value: '8090' }
            - { name: CANARY_SERVER_PUBLIC_URL, value: {{ required "publicUrl is needed: the address under which people reach the service" $root.Values.publicUrl | quote }} }
            - { name: CANARY_DATABASE_URL, value: 'file:/run/secrets/canary-verdict/database-url' }
            - { name: CANARY_REDIS_URL, value: 'file:/run/secrets/canary-verdict/redis-url' }
            {{- if $root.Values.signingSecret }}
            - { name: CANARY_SERVER_SIGNING_SECRET, value: 'file:/run/secrets/canary-verdict/signing-secret' }
            {{- end }}
            {{- with $root.Values.extraEnv }}{{ toYaml . | nindent 12 }}{{ end }}
          {{- with $root.Values.extraEnvFrom }}
          envFrom: {{ toYaml . | nindent 12 }}
          {{- end }}
          # the cluster needs a moment until it sends nothing more here
          lifecycle: { preStop: { exec: { command: [/nodejs/bin/node, -e, 'setTimeout(() => {}, 5000)'] } } }
          # /info asks no part: a PostgreSQL that is away must not restart the processes that wait for it
          startupProbe: { httpGet: { path: /info, port: http }, periodSeconds: 2, failureThreshold: 60 }
          livenessProbe: { httpGet: { path: /info, port: http }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }
          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5, timeoutSeconds: 3 }
          {{- with $values.resources }}
          resources: {{ toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - { name: config, mountPath: /etc/canary-verdict, readOnly: true }
            - { name: secrets, mountPath: /run/secrets/canary-verdict, readOnly: true }
            - { name: tmp, mountPath: /tmp }
            {{- with $root.Values.extraVolumeMounts }}{{ toYaml . | nindent 12 }}{{ end }}
      volumes:
        - { name: config, configMap: { name: {{ include "canary-verdict.name" $root }} } }
        - { name: secrets, secret: { secretName: {{ required "existingSecret is needed: the name of a Secret with database-url and redis-url" $root.Values.existingSecret | quote }} } }
        - { name: tmp, emptyDir: {} }
        {{- with $root.Values.extraVolumes }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.affinity }}
      affinity: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.topologySpreadConstraints }}
      topologySpreadConstraints: {{ toYaml . | nindent 8 }}
      {{- end }}
{{- end }}

{{- define "canary-verdict.autoscaling" -}}
{{- $values := index .root.Values .part }}
{{- if $values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "canary-verdict.name" .root }}-{{ .part }}
  labels: {{- include "canary-verdict.labels" .root | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ include "canary-verdict.name" .root }}-{{ .part }} }
  minReplicas: {{ $values.autoscaling.minReplicas }}
  maxReplicas: {{ $values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: {{ $values.autoscaling.targetCPUUtilizationPercentage }} } }
{{- end }}
{{- end }}

{{- define "canary-verdict.disruption" -}}
{{- $values := index .root.Values .part }}
{{- if $values.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "canary-verdict.name" .root }}-{{ .part }}
  labels: {{- include "canary-verdict.labels" .root | nindent 4 }}
spec:
  maxUnavailable: {{ $values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "canary-verdict.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
{{- end }}
{{- end }}
