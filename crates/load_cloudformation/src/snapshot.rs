//! Snapshots of live accounts: each account and region an application, compared with the templates
//! that its stacks were made from where the snapshot holds them.

use app_model::Application;
use live_account::{Deployment, NotLookedAt, Stack};
use source_text::{Diagnostic, FileId, Node, ReadFile};

use crate::{Loaded, Options, load};

/// A snapshot that was read.
#[derive(Debug, Default)]
pub struct LoadedSnapshot {
    /// The applications, one for each account and region.
    pub applications: Vec<Loaded>,
    /// What was asked and not answered.
    pub not_looked_at: Vec<NotLookedAt>,
    /// What could not be read of the whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the snapshot that `document` is. Of `options` only what to keep is used: account and region
/// stand in the snapshot.
#[must_use]
pub fn load_snapshot(
    file: FileId,
    document: &Node,
    options: &Options,
    reader: Option<&dyn ReadFile>,
) -> LoadedSnapshot {
    let lowered = live_account::lower(file, document);
    let stacks = lowered.stacks;
    let applications = lowered.deployments.into_iter().map(|deployment| {
        let own = of_deployment(&deployment, options);
        let of_here: Vec<(&Stack, Application)> = stacks
            .iter()
            .filter(|it| it.account == deployment.account && it.region == deployment.region)
            .map(|stack| (stack, load(file, stack.template.clone(), &own, None).app))
            .collect();
        // The own account is written by its name where it matters: it must not look like another one.
        let own = Options { account: None, is_account: true, ..own };
        let mut loaded = load(file, deployment.template, &own, reader);
        let declared: Vec<template_drift::Declared<'_>> = of_here
            .iter()
            .map(|(stack, app)| template_drift::Declared { stack: Some(&stack.name), app })
            .collect();
        loaded.app.live.changes = template_drift::changes(&loaded.app, &declared);
        loaded
    });
    LoadedSnapshot {
        applications: applications.collect(),
        not_looked_at: lowered.not_looked_at,
        diagnostics: lowered.diagnostics,
    }
}

fn of_deployment(deployment: &Deployment, options: &Options) -> Options {
    Options {
        region: deployment.region.clone(),
        account: Some(deployment.account.clone()),
        partition: Some(deployment.partition.clone()),
        keeps_declared: options.keeps_declared,
        ..Options::default()
    }
}
