//! OpenAPI and Swagger documents as trees that events and settings of an API are written into.
