# The adapter alone: no compiler, no package index and no root in the image that runs.
FROM python:3.13.15-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/order-adapter
COPY requirements.txt requirements-build.txt ./
RUN /opt/order-adapter/bin/pip install --require-hashes --requirement requirements.txt \
 && python -m pip install --root-user-action=ignore --require-hashes --requirement requirements-build.txt
COPY pyproject.toml README.md ./
COPY adapter adapter
COPY handlers handlers
COPY schemas schemas
COPY config config
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/order-adapter/bin/pip install --no-deps dist/*.whl

FROM python:3.13.15-slim-trixie
RUN groupadd --system --gid 10001 adapter \
 && useradd --system --uid 10001 --gid adapter --no-create-home --shell /usr/sbin/nologin adapter
COPY --from=build /opt/order-adapter /opt/order-adapter
COPY config /etc/order-adapter
ENV PATH=/opt/order-adapter/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ORDER_ADAPTER_CONFIG_DIR=/etc/order-adapter \
    ORDER_ADAPTER_LOG_FORMAT=json \
    ORDER_ADAPTER_OPERATIONS_ADDRESS=0.0.0.0:8080
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: a container that waits for a lost broker must not be killed for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
ENTRYPOINT ["order-adapter"]
CMD ["serve"]
