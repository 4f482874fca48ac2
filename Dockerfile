# The images of docker-compose.yml: `server` holds the systems under test and nothing else, `bench` holds the instrument too.
# Node.js comes with the base image, in the version that package.json pins; the copies that npm would install are left out.
FROM node:24.21-bookworm-slim AS base
ENV NODE_ENV=production LANG=C.UTF-8 NPM_CONFIG_LOGS_MAX=0 NPM_CONFIG_UPDATE_NOTIFIER=false
WORKDIR /app

FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM base AS server
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY servers servers
USER node

# What .dockerignore lets through is what the bench needs.
FROM base AS bench
COPY --from=dependencies /app/node_modules node_modules
COPY . .
USER node
CMD ["npm", "run", "bench"]
