//! Rules for every answer, as far as asserts of Hurl can say them.

use super::text::jsonpath;
use super::{File, Stop};
use crate::contract::keywords::{ABOVE_ZERO, TOKEN};
use crate::contract::{Field, Model, Success};
use crate::suite::Call;

impl File<'_> {
    /// Adds what the requirement in question wants of the last entry, where no expectation of the step shows it.
    pub(super) fn universal(&mut self, call: &Call) -> Result<(), Stop> {
        let Some(requirement) = self.requirement() else { return Ok(()) };
        let contract = self.case.contract;
        let lines: Vec<String> = match requirement.id.as_str() {
            "no-server-error" => vec!["status < 500".to_owned()],
            "success-status-200" => vec!["status == 200".to_owned()],
            "validation-status-422" => vec!["status == 422".to_owned()],
            "bearer-refusal-status-401" => vec!["status == 401".to_owned()],
            "bearer-refusal-challenge" => vec!["header \"WWW-Authenticate\" exists".to_owned()],
            "bearer-refusal-error" => vec![format!("{} == \"{}\"", jsonpath("/error"), contract.bearer_refusal())],
            "token-no-store" => vec!["header \"Cache-Control\" matches /(?i)(^|,)\\s*no-store\\s*(,|$)/".to_owned()],
            "json-content-type" => {
                vec!["header \"Content-Type\" matches /(?i)^application\\/json\\s*(;|$)/".to_owned()]
            }
            "token-type-bearer" => vec![format!("{} matches /(?i)^bearer$/", self.token_type(call)?)],
            "token-type-lower-case" => vec![format!("{} == \"bearer\"", self.token_type(call)?)],
            "refusal-body-documented" => vec!["body matches /\"(detail|error|message|code)\"\\s*:/".to_owned()],
            "error-code-equals-status" => {
                self.last().captures.push("http_status: status".to_owned());
                vec![format!("{} == {{{{http_status}}}}", jsonpath("/code"))]
            }
            id => match (self.above_zero(call, id), self.model(call, id)) {
                (lines, _) if !lines.is_empty() => lines,
                (_, Some(fields)) => fields.iter().flat_map(field).collect(),
                (_, None) => {
                    let why =
                        format!("asserts of Hurl cannot say `{id}`: it is about the whole answer, or about several");
                    return Err(Stop::Impossible(why));
                }
            },
        };
        lines.into_iter().for_each(|line| self.last().assert(line));
        Ok(())
    }

    /// The places of a success whose fields have this value of a keyword.
    fn places(&self, call: &Call, keyword: &str, value: &str) -> Vec<String> {
        let fields = match self.case.contract.operation(&call.operation).map(|operation| &operation.success) {
            Some(Success::Model(name)) => self.case.contract.model(name).map_or(&[][..], Model::fields),
            Some(Success::Free) | None => &[],
        };
        let has = |field: &&Field| field.extension.get(keyword).and_then(|held| held.as_str()) == Some(value);
        fields.iter().filter(has).map(|field| jsonpath(&format!("/{}", field.name))).collect()
    }

    /// Where an answer says of which type its tokens are.
    fn token_type(&self, call: &Call) -> Result<String, Stop> {
        let places = self.places(call, TOKEN, "type");
        places.into_iter().next().ok_or_else(|| Stop::Impossible("no token is answered here".to_owned()))
    }

    fn above_zero(&self, call: &Call, requirement: &str) -> Vec<String> {
        self.places(call, ABOVE_ZERO, requirement).into_iter().map(|place| format!("{place} > 0")).collect()
    }

    /// The fields of the model that a requirement is about, where the operation answers with it.
    fn model(&self, call: &Call, requirement: &str) -> Option<Vec<Field>> {
        let contract = self.case.contract;
        let model = contract.models().iter().find(|model| model.requirement.as_deref() == Some(requirement))?;
        let success = &contract.operation(&call.operation)?.success;
        let answers = matches!(success, Success::Model(name) if *name == model.name);
        let refusal = contract.operations().iter().all(|it| it.success != Success::Model(model.name.clone()));
        (answers || refusal).then(|| model.fields().to_vec())
    }
}

/// The asserts of a field of a model.
fn field(field: &Field) -> Vec<String> {
    let place = jsonpath(&format!("/{}", field.name));
    let mut lines = Vec::new();
    if field.required {
        lines.push(format!("{place} exists"));
    }
    if field.required
        && let [only] = field.types.as_slice()
    {
        lines.extend(match only.as_str() {
            "string" => Some(format!("{place} isString")),
            "integer" => Some(format!("{place} isInteger")),
            "number" => Some(format!("{place} isNumber")),
            "boolean" => Some(format!("{place} isBoolean")),
            "array" => Some(format!("{place} isList")),
            _ => None,
        });
    }
    lines
}
