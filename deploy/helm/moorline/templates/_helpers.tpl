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

{{- /* Where agents enrol and report. */ -}}
{{- define "moorline.endpoint" -}}
{{- $service := printf "%s://%s-server.%s.svc:%v" (include "moorline.scheme" . | lower) (include "moorline.name" .) .Release.Namespace .Values.service.port -}}
{{- .Values.agent.endpoint | default $service -}}
{{- end -}}

{{- /* What both of an agent's containers have; the list of mounts comes last, so that more can follow. */ -}}
{{- define "moorline.agentMounts" -}}
{{- if .Values.agent.caSecret -}}
env:
  - { name: NODE_EXTRA_CA_CERTS, value: /ca/ca.crt }
{{ end -}}
volumeMounts:
  - { name: data, mountPath: /data }
{{- if .Values.agent.caSecret }}
  - { name: ca, mountPath: /ca, readOnly: true }
{{- end }}
{{- end -}}

{{- /* What one server with a file cannot be, and what several need. */ -}}
{{- define "moorline.check" -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- if not .Values.database.existingSecret }}{{ fail "replicas > 1 needs database.existingSecret: a file has one server" }}{{ end -}}
{{- if not .Values.keys.existingSecret }}{{ fail "replicas > 1 needs keys.existingSecret: all servers take each other's tokens" }}{{ end -}}
{{- end -}}
{{- if and .Values.agent.enabled (not (hasPrefix "https://" (include "moorline.endpoint" .))) -}}
{{- fail "agents send their secrets with TLS only: set tls.existingSecret, or agent.endpoint to an https address" -}}
{{- end -}}
{{- end -}}
