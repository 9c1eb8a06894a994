"""What to set, check or try: the situations of somebody who uses focal loss."""
