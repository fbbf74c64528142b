# One image for web, worker and beat.

FROM node:24-slim AS styles
WORKDIR /made
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY static/scss static/scss
RUN mkdir -p build/static \
 && node node_modules/sass/sass.js --style=compressed --no-source-map --quiet-deps \
        --load-path=node_modules static/scss/site.scss:build/static/site.css \
 && sed '/^\/\/# sourceMappingURL=/d' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js \
        > build/static/govuk-frontend.min.js

FROM python:3.13-slim AS packages
COPY requirements/prod.txt .
RUN python -m venv /packages \
 && /packages/bin/pip install --no-cache-dir --require-hashes -r prod.txt

FROM python:3.13-slim
ENV PATH=/packages/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings.production \
    STATIC_ROOT=/static
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin marketplace
COPY --from=packages /packages /packages
WORKDIR /marketplace
COPY . .
COPY --from=styles /made/build/static build/static
# The settings want to be told everything even here; nothing of this stays in the image.
RUN SECRET_KEY=only-while-the-static-files-are-gathered-0123456789abcdef \
    SITE_ADDRESS=https://build.invalid DATABASE_URL=postgres://build.invalid/build \
    REDIS_URL=redis://build.invalid EMAIL_HOST=build.invalid DEFAULT_FROM_EMAIL=build@build.invalid \
    SUPPORT_EMAIL=build@build.invalid \
    python manage.py collectstatic --noinput --ignore="*.scss" --verbosity=0
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "marketplace.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "3", "--threads", "4", \
     "--timeout", "30", "--graceful-timeout", "25", "--keep-alive", "75", \
     "--max-requests", "5000", "--max-requests-jitter", "500", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
