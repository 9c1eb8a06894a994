"""Figure builders: results in, exhibit out. They know Plotly and arrays, not Streamlit."""
