# The images of docker-compose.yml: `server` holds the systems under test and the probe that tells their CPU, `bench` holds the instrument too.
# Node.js comes with the base image, in the version that package.json pins; the copies that npm would install are left out.
FROM node:24.21-bookworm-slim AS base
ENV NODE_ENV=production LANG=C.UTF-8 NPM_CONFIG_LOGS_MAX=0 NPM_CONFIG_UPDATE_NOTIFIER=false
WORKDIR /app

FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

# esbuild's program, which bundles the report's page, is optional to npm: it is another one on each platform.
FROM base AS bench-dependencies
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM base AS server
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY servers servers
COPY bench/rig/cpu-probe.ts bench/rig/server-probe.ts bench/rig/cores.ts bench/rig/
USER node

# What .dockerignore lets through is what the bench needs.
FROM base AS bench
COPY --from=bench-dependencies /app/node_modules node_modules
COPY . .
USER node
CMD ["npm", "run", "bench"]
