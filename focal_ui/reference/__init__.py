"""The parts of the page Reference: the paper’s tables, the glossary, and lists of claims."""
