"""What stands beside the pictures of training: films, live runs, how sure the results are."""
