//! Objects that a service reads or writes with the rights of the function that asks it to.

use app_model::SmolStr;
use taint::{Provenance, ServiceCall};

use super::{
    Gatherer,
    code::{closed, from_code},
    value::{HOLE, Surroundings, Text},
};
use crate::need::Need;

/// Services that read the objects that requests name, as their caller.
///
/// Source: the sections on permissions of the guides of Rekognition, Textract, Transcribe (also for
/// medical scribes), Comprehend and Bedrock.
const READERS: [&str; 6] =
    ["rekognition", "textract", "transcribe", "comprehend", "comprehendmedical", "bedrockruntime"];

/// Ends of the paths of arguments that name a bucket, and of those beside them that name the key.
const BUCKETS: [(&str, &str); 2] = [("S3Object.Bucket", "S3Object.Name"), ("s3.bucket", "s3.key")];

/// Ends of the paths of arguments that name an object by its address, `s3://bucket/key`.
const ADDRESSES: [&str; 4] = ["MediaFileUri", "S3Uri", "s3Location.uri", "s3Uri"];

/// Adds what a service reads as the role of the function; whether the request names objects.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>, call: &ServiceCall) -> bool {
    let service: String =
        call.service.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let service = service.trim_start_matches("client").trim_end_matches("client");
    if !READERS.contains(&service) {
        return false;
    }
    let around = Surroundings { names: gatherer.names, function: gatherer.function };
    let mut objects: Vec<String> = Vec::new();
    for (name, value) in &call.arguments {
        if let Some((end, key)) = BUCKETS.iter().find(|(end, _)| ends_with(name, end)) {
            let start = name.get(..name.len() - end.len()).unwrap_or_default();
            let key = format!("{start}{key}");
            let key = call.arguments.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key));
            let keys = key.map_or_else(|| vec![HOLE.to_string()], |(_, key)| all(&around, key));
            for bucket in all(&around, value) {
                objects.extend(keys.iter().map(|key| format!("{bucket}/{key}")));
            }
        } else if ADDRESSES.iter().any(|end| ends_with(name, end)) {
            let of_address = |address: String| match address.strip_prefix("s3://") {
                Some(object) if object.contains('/') => object.to_owned(),
                _ => format!("{HOLE}/{HOLE}"),
            };
            objects.extend(all(&around, value).into_iter().map(of_address));
        }
    }
    let names_objects = !objects.is_empty();
    for object in objects {
        let is_exact = !object.split('/').next().unwrap_or_default().contains(HOLE);
        let resource = gatherer.names.complete(&format!("s3:::{}", closed(&object)));
        let note = format!("`{}` of `{}` reads it for the function", call.operation, call.service);
        gatherer.needs.add(Need {
            action: SmolStr::new_static("s3:GetObject"),
            resource: resource.into(),
            restrictions: Vec::new(),
            is_exact,
            is_certain: call.is_certain,
            reasons: vec![from_code(call.place, &note)],
        });
    }
    names_objects
}

fn ends_with(name: &str, end: &str) -> bool {
    let start = name.len().checked_sub(end.len());
    let is_end = start.and_then(|at| name.get(at..)).is_some_and(|it| it.eq_ignore_ascii_case(end));
    is_end && start.is_some_and(|at| at == 0 || name.get(..at).is_some_and(|it| it.ends_with('.')))
}

fn all(around: &Surroundings<'_, '_>, value: &Provenance) -> Vec<String> {
    let texts = around.texts(value).into_iter();
    texts
        .map(|text| match text {
            Text::Known(text) | Text::Arn(text) => text,
            Text::Unknown => HOLE.to_string(),
        })
        .collect()
}
