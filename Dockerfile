# One image for web, worker, scheduler and migration. Holds no secret and runs as nobody special.

FROM node:22-bookworm-slim AS design
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS libraries
COPY requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements.lock

FROM python:3.11-slim-bookworm
# Pango draws the text of PDF files, in fonts that look like those on the pages.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 peer \
    && useradd --uid 10001 --gid peer --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin peer \
    && install -d -o peer -g peer -m 700 /data /data/uploads
COPY --from=libraries /venv /venv
WORKDIR /app
COPY --from=design /build/node_modules/nhsuk-frontend node_modules/nhsuk-frontend
COPY manage.py ./
COPY docker/gunicorn.py docker/healthcheck.py docker/
COPY static static
COPY templates templates
COPY oxleas_peer oxleas_peer
COPY apps apps
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/data
# The base settings know no secret, and these two steps need none.
RUN export DJANGO_SETTINGS_MODULE=oxleas_peer.settings.base \
    && python manage.py build_design \
    && python manage.py collectstatic --no-input \
    && python -m compileall -q apps oxleas_peer
ENV DJANGO_SETTINGS_MODULE=oxleas_peer.settings.production
USER peer
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "oxleas_peer.wsgi", "--config", "docker/gunicorn.py"]
