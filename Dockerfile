# This image was never built: where it was written there is no Docker.
# docs/operator/operating.md says how to use it. The archive lies in the volume /srv/press, and its user
# has no rights elsewhere.
FROM python:3.13-slim AS build
# What else is in it: "cluster" for machines that work together (docs/operator/scaling.md).
ARG REQUIREMENTS=run
WORKDIR /opt/tradepress
COPY requirements/run.txt requirements/cluster.txt requirements/
RUN python -m venv .venv && \
    .venv/bin/python -m pip install --no-cache-dir --require-hashes \
        -r requirements/$REQUIREMENTS.txt
COPY pyproject.toml README.md LICENSE ./
COPY crawler/spiders crawler/spiders
COPY docs docs
COPY tradepress tradepress
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /srv/press press
COPY --from=build /opt/tradepress/.venv /opt/tradepress/.venv
ENV PATH=/opt/tradepress/.venv/bin:$PATH
USER press
WORKDIR /srv/press
VOLUME /srv/press
# A crawl ends what is in hand.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tradepress"]
CMD ["--help"]
