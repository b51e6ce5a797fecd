{{- define "moorline.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "moorline.labels" -}}
app.kubernetes.io/name: moorline
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "moorline.selector" -}}
app.kubernetes.io/name: moorline
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "moorline.scheme" -}}
{{- if .Values.tls.existingSecret }}HTTPS{{ else }}HTTP{{ end -}}
{{- end -}}

{{- /* What one server with a file cannot be, and what several need. */ -}}
{{- define "moorline.check" -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- if not .Values.database.existingSecret }}{{ fail "replicas > 1 needs database.existingSecret: a file has one server" }}{{ end -}}
{{- if not .Values.keys.existingSecret }}{{ fail "replicas > 1 needs keys.existingSecret: all servers take each other's tokens" }}{{ end -}}
{{- end -}}
{{- end -}}
