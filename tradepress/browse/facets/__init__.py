"""Counts stories beside a result, by source, month, author, court: kept in memory."""
