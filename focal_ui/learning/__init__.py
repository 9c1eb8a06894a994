"""What makes a visitor think: guesses, questions, challenges, bugs, claims, and code to take."""
