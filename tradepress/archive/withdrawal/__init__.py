"""Withdraws stories: they are erased for good, and kept out from then on.

``request`` says what is to be withdrawn, ``erasing`` carries it out: ``targets`` finds it,
``erase_rows`` and ``links_to_withdrawn`` erase it from the database, ``captured_pages`` from the
raw pages; ``other_pages`` finds those of other stories that show it. ``keeping_out`` turns away
what comes again, ``copies`` knows where else it stands.
"""
