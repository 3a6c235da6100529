"""Makes dossiers: the stories of a question as one document to be read, printed and given on."""
