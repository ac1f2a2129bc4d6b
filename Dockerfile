# syntax=docker/dockerfile:1
# The last stage has Node, no shell, and nothing that a running service does not need.
# Run it with a read-only root file system: docker run --read-only --tmpfs /tmp -v canary-data:/data -p 127.0.0.1:8090:8090 IMAGE
FROM node:24-trixie-slim AS checkout
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# the image's own Node runs everything: the development dependency of that name needs no install script here
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY jobs ./jobs
COPY bin ./bin
COPY config ./config
COPY openapi.yaml ./

# the demo: a service, two versions of a shop and a deployer, from the sources
FROM checkout AS demo
COPY docs ./docs
COPY examples ./examples
USER 1000:1000
ENTRYPOINT ["node", "examples/demo/demo.ts"]

FROM checkout AS build
RUN npm run build && npm prune --omit=dev --ignore-scripts && mkdir /data

FROM gcr.io/distroless/nodejs24-debian13:nonroot
WORKDIR /app
ENV NODE_ENV=production \
    CANARY_SERVER_HOST=0.0.0.0 \
    CANARY_DATA_DIRECTORY=/data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json openapi.yaml CHANGELOG.md LICENSE README.md ./
COPY bin ./bin
COPY config ./config
COPY docs ./docs
COPY examples ./examples
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
EXPOSE 8090
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
    CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.CANARY_SERVER_PORT ?? 8090}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "bin/canary.js"]
CMD ["serve"]
