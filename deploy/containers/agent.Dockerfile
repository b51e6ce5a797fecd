# The node agent, built from this repository: docker build -f deploy/containers/agent.Dockerfile -t moorline-agent .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
ENV NX_DAEMON=false NX_TUI=false NX_NO_CLOUD=true
COPY . .
RUN npm ci --no-audit --no-fund && npx --no-install nx run-many -t build -p @moorline/agent

# Only what the agent runs with, at the versions of the lock file.
FROM node:24.21.0-bookworm-slim AS modules
WORKDIR /app
COPY --from=build /src/package.json /src/package-lock.json /src/.npmrc ./
COPY --from=build /src/packages packages
COPY --from=build /src/apps apps
COPY --from=build /src/tools/package.json tools/
COPY --from=build /src/e2e/package.json e2e/
COPY --from=build /src/examples/package.json examples/
RUN npm ci --no-audit --no-fund --omit=dev --ignore-scripts --workspace apps/agent \
  && find packages apps -mindepth 2 -maxdepth 2 ! -name dist ! -name package.json ! -name node_modules -exec rm -rf {} + \
  && rm -rf apps/server apps/web \
  && mkdir -m 0700 /data

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
COPY --from=modules /app /app
# The only folder that is written; a read-only root is fine.
COPY --from=modules --chown=nonroot:nonroot /data /data
ENV NODE_ENV=production MOORLINE_AGENT_DATA_DIR=/data
VOLUME /data
USER nonroot
# Asked through the control socket in the data directory: right for every address, port and certificate.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s \
  CMD ["/nodejs/bin/node", "/app/apps/agent/dist/main.js", "status"]
ENTRYPOINT ["/nodejs/bin/node", "/app/apps/agent/dist/main.js"]
CMD ["start"]
