//! The program as users run it: folders with files in, exit code and two streams of text out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "small texts, and `write!` would hide what they are"
)]

#[path = "../../../alert_sinks/tests/delivery/server.rs"]
#[expect(dead_code, reason = "the tests of the crate use all of it")]
mod alert_server;
mod alerts;
#[path = "../../../code_package/tests/zips/archive.rs"]
#[expect(
    dead_code,
    clippy::cast_possible_truncation,
    reason = "the tests of the crate use all of it; archives of tests are small"
)]
mod archive;
mod archives_in_scan;
mod azure;
mod baselines;
mod bicep;
mod browser;
mod cdk;
mod clouds;
mod code;
mod commands;
mod dashboard;
mod dashboard_lake;
mod dashboard_pages;
mod dependencies;
mod exports;
mod fix;
mod fixtures;
mod folder;
mod formats;
mod google;
mod guard;
mod guard_models;
mod guide;
mod hostile_files;
mod hostile_packages;
mod hostile_templates;
mod hostile_trails;
mod iam_check;
mod iam_diff;
mod iam_generate;
mod iam_lint;
mod iam_paths;
mod iam_simulate;
mod inputs;
mod integrations;
mod joins;
mod lake;
mod live_account;
mod logs;
mod markers;
mod metrics;
mod newcomer;
mod package;
mod page;
mod reachability;
mod sbom;
mod schemas;
mod secrets;
mod secrets_in_history;
mod serverless_framework;
mod settings;
mod terraform;
mod terraform_modules;
mod top;
mod trail_convert;
mod trail_detect;
mod trail_follow;
mod trail_usage;
mod trails;
mod twins;
mod user_rules;
mod vex;
mod vulndb;
mod wording;
