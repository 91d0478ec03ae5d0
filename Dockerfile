# The Slack bot: docker build --tag keyturn-bot . Nothing is compiled: Node runs the sources. It writes no files, so run it with a read-only file system:
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges --env-file bot.env keyturn-bot
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are Node itself, which the image has.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY shared shared
COPY bot bot
RUN install --directory --owner 1000 --group 1000 node_modules/.cache
USER 1000:1000
# Without an environment the bot names what is missing and ends with 1. By then Node has compiled everything, and keeps it
# for the starts to come: they take half the time.
RUN node bot/main.ts || [ $? -eq 1 ]
EXPOSE 3000
# Liveness alone: a restart would not bring back Slack, GitHub or AWS. /readyz tells of those.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No npm in between: it would keep SIGTERM from the bot.
CMD ["node", "bot/main.ts"]
