"""What Streamlit runs for each visitor and each move; all of it is in app.py."""

from app import main

main()
