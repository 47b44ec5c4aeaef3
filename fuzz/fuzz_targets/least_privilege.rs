//! Any text as a template: policies are made of it and written into it without a fault, and a second time
//! nothing changes.
#![no_main]

use least_privilege::{Code, Deployment, Names, edit::set_property, privileges, quota};
use libfuzzer_sys::fuzz_target;
use load_cloudformation::load_text;
use source_text::{Node, Place, Sources};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let app = load_text(&Sources::default(), "template.yaml", &text);
    let names = Names::new(&app, &Deployment::default());
    for privileges in privileges(&names, &Code::new(), None, quota::MANAGED) {
        let value =
            |_: bool| Node::list(Place::default(), vec![privileges.policy.document.to_json()]);
        let path = ["Resources", privileges.needs.function.as_str(), "Properties", "Policies"];
        if let Ok(edited) = set_property(&text, &path, &value) {
            assert_eq!(set_property(&edited, &path, &value).as_ref(), Ok(&edited));
        }
    }
});
