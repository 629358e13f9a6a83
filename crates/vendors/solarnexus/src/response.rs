//! What the answers mean: through a flow as LeadConduit says, with what SolarNexus appended; directly as far as an undocumented
//! answer can be read.

use leadsink_core::{
    Attempt, Disposition, Error, ErrorKind, HttpResponse, Outcome, Prepared, Receipt, Result, Warning,
};
use leadsink_leadconduit::{Answer, Client};
use serde_json::{Map, Value};

use crate::appended::Appended;

/// Reads the answer of a flow.
pub(crate) fn through(client: &Client, response: &HttpResponse, attempt: Attempt) -> Result<Outcome> {
    let response = client.conceal(response);
    let outcome = client.interpret(&response, attempt)?;
    let appended = Answer::read(&response.body).map(|answer| Appended::read(&answer.appended));
    Ok(appended.unwrap_or_default().add_to(outcome))
}

/// Reads the answer of the direct way. An object that says something and names no error is taken for a yes, which nobody
/// verified; anything else with a 2xx leaves a doubt.
pub(crate) fn direct(response: &HttpResponse, prepared: &Prepared) -> Result<Outcome> {
    let object = serde_json::from_slice::<Map<String, Value>>(&response.body).ok();
    match (response.status.as_u16(), object) {
        (200..=299, Some(object)) if !object.is_empty() && !names_error(&object) => {
            Ok(Outcome::Accepted(receipt(&object)))
        }
        // By HTTP the request was handled, and the answer lies elsewhere.
        (303, _) => Err(Error::from_status(response, prepared.repeat).in_doubt()),
        (404 | 405 | 410, _) => {
            let message = format!(
                "there is nothing that takes projects at this address ({}); check `direct.url`",
                response.status.as_u16()
            );
            Err(Error::new(ErrorKind::WrongAddress, Disposition::Account, message).with_response(response))
        }
        _ => Err(Error::from_status(response, prepared.repeat)),
    }
}

/// Whether an answer says that something went wrong, in the words that most interfaces use.
fn names_error(object: &Map<String, Value>) -> bool {
    let says = |name: &str| match object.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Array(values)) => !values.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    };
    says("error") || says("errors") || object.get("success") == Some(&Value::Bool(false))
}

fn receipt(object: &Map<String, Value>) -> Receipt {
    let text = "nobody verified what this answer of SolarNexus means; look for the lead there";
    let receipt = Receipt::new().with_warning(Warning::new("unverified", text));
    let project = object.get("project").and_then(Value::as_object).unwrap_or(object);
    match project.get("id") {
        Some(Value::Number(id)) => receipt.with_vendor_ref(id.to_string()),
        Some(Value::String(id)) if !id.trim().is_empty() => receipt.with_vendor_ref(id.trim()),
        _ => receipt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::{Draft, Repeat};

    fn answered(status: u16, body: &str) -> Result<Outcome> {
        let draft = Draft::post_json("https://solar.example.com/".parse().unwrap(), "{}");
        let response = HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned());
        direct(&response, &Prepared::new(draft, Repeat::NeverBlindly))
    }

    #[test]
    fn an_object_without_an_error_is_taken_for_a_yes_that_nobody_verified() {
        for (body, id) in [
            (r#"{"project":{"id":42}}"#, Some("42")),
            (r#"{"id":"P-7","errors":[]}"#, Some("P-7")),
            (r#"{"status":"ok","error":null}"#, None),
        ] {
            let Ok(Outcome::Accepted(receipt)) = answered(201, body) else {
                unreachable!("it is accepted: {body}");
            };
            assert_eq!(receipt.vendor_ref.as_deref(), id);
            assert_eq!(receipt.warnings[0].code, "unverified");
        }
    }

    #[test]
    fn anything_else_has_its_disposition() {
        use Disposition::{Account, Ambiguous, Permanent, Transient};
        let table = [
            (200, "", Ambiguous),
            (200, "{}", Ambiguous),
            (200, "[1]", Ambiguous),
            (200, "OK", Ambiguous),
            (200, "<html>", Ambiguous),
            (200, r#"{"error":"x"}"#, Ambiguous),
            (200, r#"{"errors":{"name":["blank"]}}"#, Ambiguous),
            (200, r#"{"success":false}"#, Ambiguous),
            (302, "", Account),
            (303, "", Ambiguous),
            (401, "", Account),
            (404, "", Account),
            (422, r#"{"errors":["x"]}"#, Permanent),
            (429, "", Transient),
            (500, "", Ambiguous),
            (503, "", Ambiguous),
        ];
        for (status, body, disposition) in table {
            let error = answered(status, body).unwrap_err();
            assert_eq!(error.disposition(), disposition, "{status} {body}");
        }
    }
}
