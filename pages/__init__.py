"""The pages, one folder a section, one module a page; nothing but folders lies here."""
