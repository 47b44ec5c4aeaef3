//! Small applications of every framework, a folder each in `apps/`: what is marked is found, nothing
//! else is. A line with `expect: command attacker, html attacker` has those two flows.

use std::{collections::BTreeSet, fs, path::Path};

use taint::Kind;

use crate::flows_of;

/// Flows that are looked at, besides those of every test: errors that are told.
const QUIET: &[Kind] = &[Kind::Log, Kind::Event, Kind::Personal];

#[track_caller]
fn check(name: &str, entry: Option<(&str, &[&str])>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/entries/apps").join(name);
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    let mut expected = BTreeSet::new();
    for (path, text) in &files {
        for (at, line) in text.lines().enumerate() {
            let marks = line.split_once("expect: ").map(|(_, marks)| marks.trim_end_matches("*/"));
            for mark in marks.into_iter().flat_map(|marks| marks.split(',')) {
                expected.insert(format!("{path}:{} {}", at + 1, mark.trim()));
            }
        }
    }
    assert_eq!(flows_of(files, entry, QUIET), expected, "left: found, right: expected in {name}");
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push((shown, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn answers_of_express_are_judged_by_what_they_are() {
    check("express", None);
    check("raw_http", None);
}

#[test]
fn contexts_of_koa_and_hono_are_request_and_answer() {
    check("koa", None);
    check("hono", None);
}

#[test]
fn routes_of_fastify_get_requests() {
    check("fastify", None);
}

#[test]
fn controllers_of_nest_use_what_is_injected() {
    check("nest", None);
}

#[test]
fn routes_of_fastapi_are_filled_by_what_they_declare() {
    check("fastapi", None);
}

#[test]
fn routes_of_starlette_and_quart_get_requests() {
    check("starlette", None);
}

#[test]
fn resolvers_and_batches_of_powertools_are_run() {
    check("powertools", None);
}

#[test]
fn controllers_of_spring_use_what_is_injected() {
    check("spring", None);
}

#[test]
fn controllers_and_routes_of_aspnet_are_filled_by_what_they_declare() {
    check("controllers", None);
    check("minimal_api", None);
}

#[test]
fn decorators_that_keep_the_name_of_a_handler_keep_its_flows() {
    check("wrapped_python", Some(("handler", &["http-api"])));
}

#[test]
fn an_instance_that_is_called_is_a_handler() {
    check("called_instance", Some(("handler", &["http-api"])));
}

#[test]
fn a_promise_of_a_function_is_that_function() {
    check("promisified", Some(("handler", &["http-api"])));
}

#[test]
fn parts_of_a_query_are_what_the_query_was() {
    check("search_params", Some(("handler", &["http-api"])));
}

#[test]
fn contents_of_the_object_that_starts_a_function_are_the_uploaders() {
    check("object_that_starts", Some(("handler", &["s3"])));
}
