//! One model of a serverless application, whatever format described it.
//!
//! Loaders fill it, rules read it, and no rule ever asks which format it came from. Every fact has
//! its [`Place`]; every value may be conditional or unresolved ([`Value`]).

#![deny(clippy::disallowed_methods)]

mod api;
mod application;
mod binding;
mod edges;
mod foreign;
mod function;
mod function_app;
mod identity;
mod live;
mod property;
mod resource;
mod services;
mod setting;
mod trigger;

pub use api::{
    Api, ApiKind, Auth, Authorizer, AuthorizerKind, Cors, GatewayResponse, Integration,
    IntegrationKind, Route, RouteForm, Schema, SchemaField, SchemaType, Stage, Throttle,
};
pub use application::{Application, Delivery, Literal, Output, Parameter, Part, PartKind};
pub use binding::{RoleBinding, ScopeWidth};
pub use edges::{AttackPath, Reach, Target};
pub use foreign::Foreign;
pub use function::{Build, Code, Function, Layer, Platform, Variable, Written};
pub use function_app::{FunctionApp, Host};
pub use identity::{
    AttachedPolicy, Identity, IdentityKind, ManagedPolicy, Origin, Permission, ResourcePolicy,
};
pub use live::{Change, Idle, Live, LiveFunction, LiveRole, PassedAttacks, Unattested};
pub use property::{Declared, Property, PropertyKind};
pub use resource::{Details, Resource};
pub use services::*;
pub use setting::{Setting, Text, absence};
pub use source_text::{Place, SmolStr};
pub use trigger::{EventSource, Exposure, Invocation, Trigger, TriggerKind};
pub use value::{Choice, Expression, Reference, Value, When};
