"""The app's languages: which there are, their catalogues, and how those are made and checked."""
