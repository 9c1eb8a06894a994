# Slim by default: all pages, without training while you watch. With PyTorch, several GB:
#   docker build --build-arg REQUIREMENTS=requirements.txt -t focal-loss-lab .
FROM python:3.11-slim
ARG REQUIREMENTS=requirements-slim.txt
ENV STREAMLIT_SERVER_ADDRESS=0.0.0.0
WORKDIR /app
COPY ${REQUIREMENTS} requirements.txt
RUN pip install --no-cache-dir -r requirements.txt && useradd --uid 10001 app
COPY . .
USER app
EXPOSE 8501
HEALTHCHECK --start-period=20s CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=3)"
CMD ["streamlit", "run", "app.py"]
