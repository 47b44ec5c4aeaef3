//! What fixtures hold of run time and of packages: logs, attestations, what is deployed.

use app_model::Application;
use attestation::{Deployed, Envelope, PublicKey, Statement};
use lambda_log::{Entry, Limits, LogReader};
use least_privilege::{Deployment, Names};
use run_evidence::{Known, Observed, Revisions, Sources};

/// Files of a fixture that are no templates.
pub(crate) fn is_one(path: &str) -> bool {
    matches!(path, "guard.log" | "attestation.json" | "deployed.json" | "key.pub")
}

/// Writes to the application what the files tell.
pub(crate) fn tell(app: &mut Application, files: &[(String, String)]) {
    let text =
        |name: &str| files.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_bytes());
    let mut observed = Observed::default();
    if let Some(log) = text("guard.log") {
        let mut reader = LogReader::new(Limits::default());
        let mut visit = |entry: &Entry<'_>| observed.add(entry, "guard.log");
        reader.push(log, &mut visit);
        reader.finish(&mut visit);
    }
    let revisions = text("attestation.json").map(|envelope| {
        let envelope = Envelope::from_json(envelope).unwrap();
        let key = PublicKey::from_pem(text("key.pub").unwrap()).unwrap();
        let statement = Statement::from_json(envelope.verify(&key).unwrap()).unwrap();
        let mut deployed = Deployed::default();
        deployed.read(text("deployed.json").unwrap()).unwrap();
        Revisions::new(&[statement], &deployed)
    });
    let (attacks, unattested) = {
        let names = [Names::new(app, &Deployment::default())];
        let sources = Sources {
            observed: Some(&observed),
            revisions: revisions.as_ref(),
            ..Sources::default()
        };
        let known = Known::new(&names, sources);
        (known.passed(), known.unattested())
    };
    app.live.attacks.extend(attacks.into_iter().map(|(_, attack)| attack));
    app.live.unattested.extend(unattested.into_iter().map(|(_, one)| one));
}
