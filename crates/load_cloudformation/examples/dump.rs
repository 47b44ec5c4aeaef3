//! Prints what the loader makes of a template.
#![allow(clippy::all, missing_docs)]
fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let sources = source_text::Sources::default();
        let app = load_cloudformation::load_text(&sources, &path, &text);
        println!(
            "== {path} functions={} triggers={} apis={} ids={} perms={} res={}",
            app.functions.len(),
            app.triggers.len(),
            app.apis.len(),
            app.identities.len(),
            app.permissions.len(),
            app.resources.len()
        );
        for f in &app.functions {
            println!(
                "F {} line {} role {:?} reach {:?}",
                f.name,
                f.place.line,
                f.role,
                app.reach(&f.name)
            );
        }
        for t in &app.triggers {
            println!(
                "T {} {:?} {:?} {:?} {:?} src {:?} line {}",
                t.function, t.kind, t.route, t.auth, t.exposure, t.source_references, t.place.line
            );
        }
        for i in &app.identities {
            println!(
                "I {} {:?} pol {} man {:?} line {} targets {:?}",
                i.name,
                i.kind,
                i.policies.len(),
                i.managed.iter().map(|m| m.arn.display().to_string()).collect::<Vec<_>>(),
                i.place.line,
                app.targets(&i.name)
            );
            for p in &i.policies {
                println!(
                    "   P {} {:?} line {} {:?}",
                    p.name,
                    p.origin,
                    p.place.line,
                    p.document
                        .statements
                        .iter()
                        .map(|s| (
                            s.actions.iter().map(|a| a.text.clone()).collect::<Vec<_>>(),
                            s.resources.iter().map(|a| a.text.clone()).collect::<Vec<_>>(),
                            s.place.line
                        ))
                        .collect::<Vec<_>>()
                );
            }
        }
    }
}
