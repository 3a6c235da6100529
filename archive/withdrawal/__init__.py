"""Withdrawal: stories erased for good, and kept out from then on.

``request`` says what is to be withdrawn, ``erasing`` carries it out (``targets`` finds it, ``rows``
erases it from the database, ``pages`` from the raw pages), ``keeping_out`` turns away what comes
again, ``copies`` knows where else it stands.
"""
