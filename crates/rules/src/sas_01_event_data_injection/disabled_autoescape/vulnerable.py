from jinja2 import Environment, select_autoescape

plain = Environment()  # expect: SAS-1.30 `jinja2.Environment` puts values into pages as they are: scripts in them run in the browser of whoever opens the page
pages = Environment(autoescape=select_autoescape())
