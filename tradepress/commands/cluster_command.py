"""`tradepress cluster`: jobs of one machine on many, by Dask."""

import click

from tradepress.commands.backfill_by_cluster import cluster_backfill_source
from tradepress.commands.crawl_by_cluster import cluster_crawl_sources
from tradepress.commands.export_by_cluster import cluster_export_stories
from tradepress.commands.ingest_by_cluster import cluster_ingest_files
from tradepress.commands.options import warn_of_configuration
from tradepress.commands.reextract_by_cluster import cluster_reextract_pages


@click.group()
@click.pass_context
def cluster(context: click.Context) -> None:
    """Work a job on several cores or machines: cut into tasks, each of which gives a shard, and
    merged into the archive by this process alone. What comes out is what one machine makes.

    --local N starts N workers here. --scheduler names a Dask scheduler whose workers have the same
    Tradepress; they, and this machine, must see the input and the shards under one address.
    """
    if context.invoked_subcommand not in ("crawl", "backfill"):  # which refuse what is wrong
        warn_of_configuration()


cluster.add_command(cluster_crawl_sources)
cluster.add_command(cluster_ingest_files)
cluster.add_command(cluster_reextract_pages)
cluster.add_command(cluster_export_stories)
cluster.add_command(cluster_backfill_source)
