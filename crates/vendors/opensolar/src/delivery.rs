//! A delivery: roles are looked up, the project is sent, an e-mail address that exists is recovered from. A change goes the
//! same way, its contact first.

use bytes::Bytes;
use http::Method;
use leadsink_core::{
    DeliverContext, Disposition, Error, ErrorKind, HttpResponse, Outcome, Prepared, Purpose, Repeat, Result, Warning,
};
use serde_json::{Map, Value};
use url::Url;

use crate::api::UNKNOWN;
use crate::response::{self, Created};
use crate::sink::OpenSolar;
use crate::{change, recovery, team};

/// Delivers a prepared lead.
pub(crate) async fn deliver(sink: &OpenSolar, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
    let mut project: Map<String, Value> = serde_json::from_slice(&prepared.request.body).map_err(|_| {
        let message = "the prepared request cannot be read; prepare it again";
        Error::new(ErrorKind::Request, Disposition::Permanent, message)
    })?;
    let org = sink.client().org_id(cx).await?.to_string();
    let mut prepared = prepared.clone();
    prepared.request.url = in_org(&prepared.request.url, &org);
    let is_change = prepared.request.method == Method::PATCH;
    let mut warnings = Vec::new();
    if is_change {
        let before = project.clone();
        if let Some(refusal) = change::begin(sink, &prepared, &mut project, cx, &mut warnings).await? {
            return Ok(refusal);
        }
        if project != before {
            prepared.request.body = encoded(&project);
        }
    }
    let Answered {
        response,
        sent,
        warnings: of_the_team,
    } = send_with_team(sink, &mut prepared, &project, &org, cx).await?;
    warnings.extend(of_the_team);
    let outcome = if is_change {
        response::changed(&response, &prepared)?
    } else {
        let faults = response::refused(&response)?;
        if let Some(error) = team::of_the_account(sink, &project, &faults, &response) {
            return Err(error);
        }
        match response::created(&response, &sent, &prepared, cx.attempt)? {
            Created::End(outcome) => outcome,
            Created::EmailTaken(faults) => recovery::recover(sink, &prepared, sent, faults, cx).await?,
        }
    };
    Ok(with_warnings(outcome, warnings))
}

/// The answer to a project, and what was sent for it.
struct Answered {
    response: HttpResponse,
    sent: Value,
    warnings: Vec<Warning>,
}

/// Sends the project with the URLs of its team members; once more where one that was remembered is none any more. The refusal
/// has made nothing, so that another request is no second one.
async fn send_with_team(
    sink: &OpenSolar,
    prepared: &mut Prepared,
    project: &Map<String, Value>,
    org: &str,
    cx: &DeliverContext,
) -> Result<Answered> {
    let mut sent = project.clone();
    let mut team = team::resolve(sink, prepared, &mut sent, org, cx).await?;
    // Else the bytes go as they were prepared.
    if sent != *project {
        prepared.request.body = encoded(&sent);
    }
    let mut response = send(sink, prepared, cx).await?;
    let may_repeat = prepared.repeat == Repeat::Safe || !cx.attempt.earlier_ambiguous;
    if may_repeat && team.is_stale(sink, &response::refused(&response)?) {
        let mut again = project.clone();
        team = team::resolve(sink, prepared, &mut again, org, cx).await?;
        if again != sent {
            sent = again;
            prepared.request.body = encoded(&sent);
            response = send(sink, prepared, cx).await?;
        }
    }
    Ok(Answered {
        response,
        sent: Value::Object(sent),
        warnings: team.warnings,
    })
}

/// Sends the project itself.
pub(crate) async fn send(sink: &OpenSolar, prepared: &Prepared, cx: &DeliverContext) -> Result<HttpResponse> {
    let request = &prepared.request;
    let (method, url, body) = (request.method.clone(), request.url.clone(), request.body.clone());
    sink.client().write(cx, method, url, body, Purpose::Creation).await
}

/// An address with the organisation in it.
fn in_org(url: &Url, org: &str) -> Url {
    let mut url = url.clone();
    let path = url
        .path()
        .replacen(&format!("/orgs/{UNKNOWN}/"), &format!("/orgs/{org}/"), 1);
    url.set_path(&path);
    url
}

/// A body as bytes.
pub(crate) fn encoded(body: &Map<String, Value>) -> Bytes {
    // What was read from JSON can be written as JSON.
    serde_json::to_vec(body).unwrap_or_default().into()
}

/// The outcome with what else is to be known of it.
pub(crate) fn with_warnings(mut outcome: Outcome, warnings: Vec<Warning>) -> Outcome {
    match &mut outcome {
        Outcome::Accepted(receipt)
        | Outcome::Pending(receipt)
        | Outcome::Updated(receipt)
        | Outcome::Duplicate(receipt) => receipt.warnings.extend(warnings),
        _ => {}
    }
    outcome
}
