from fastapi import FastAPI

app = FastAPI(debug=True)  # expect: SAS-3.31 `fastapi.FastAPI` (debug=True) runs in debug mode: errors show code and variables to callers, and some debuggers run what they are sent
quiet = FastAPI(debug=False)
