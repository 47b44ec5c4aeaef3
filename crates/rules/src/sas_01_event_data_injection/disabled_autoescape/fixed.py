from jinja2 import Environment

pages = Environment(autoescape=True)
