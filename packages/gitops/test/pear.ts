/** A deployment, and what belongs to it, as somebody has written them. */
export const pear = `apiVersion: v1
kind: Namespace
metadata:
  name: orchard
---
# The pears' API.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: pear
  namespace: orchard
  labels: {team: fruit}
  annotations:
    fluxcd.io/automated: "true"   # by Kim
    filter.fluxcd.io/api: semver:~1
spec:
  template:
    spec:
      initContainers:
        - name: prepare
          image: busybox:1
      containers:
        - name: api
          image: 'quay.io/acme/pear:1.0'   # see the wiki
        - name: side
          image: quay.io/acme/side:1
`;

export const cherry = `apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: cherry}
  spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: pick, image: quay.io/acme/pear:1.0}]}}}}}
- apiVersion: v1
  kind: Service
  metadata: {name: cherry}
`;
