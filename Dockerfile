# `tradepress docs operating` says how to use it. The archive lies in the volume /srv/press, and its
# user has no rights elsewhere. BASE is any image that has Python 3.11 or newer with its venv.
ARG BASE=python:3.13-slim
FROM $BASE AS build
# What else is in it: "password" for `browse --password`, "cluster" for machines that work together.
ARG REQUIREMENTS=run
# fast-diff-match-patch has no wheel for Python 3.13 and newer.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends g++ python3-dev
WORKDIR /opt/tradepress
COPY requirements/run.txt requirements/password.txt requirements/cluster.txt requirements/
# The wheel of a release, or of `python -m build --wheel`.
COPY dist/tradepress-*.whl dist/
RUN python3 -m venv . && \
    bin/python -m pip install --no-cache-dir --require-hashes -r requirements/$REQUIREMENTS.txt && \
    bin/python -m pip install --no-cache-dir --no-index --no-deps dist/tradepress-*.whl && \
    bin/python -m pip uninstall --quiet --yes pip && \
    rm -r dist requirements

FROM $BASE
RUN useradd --uid 10001 --create-home --home-dir /srv/press press
COPY --from=build /opt/tradepress /opt/tradepress
ENV PATH=/opt/tradepress/bin:$PATH
USER press
WORKDIR /srv/press
VOLUME /srv/press
# A crawl ends what is in hand.
STOPSIGNAL SIGTERM
# Does the reading room answer? How the sources do, `tradepress health` says.
HEALTHCHECK --interval=60s --start-period=60s --timeout=20s CMD \
    ["python3", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8001/', timeout=15)"]
ENTRYPOINT ["tradepress"]
CMD ["--help"]
