//! One request and its answer: find the vendor, see which fault strikes, let the vendor process it or not,
//! keep what was received, and send what the fault leaves of the answer.

use std::io;
use std::sync::{Arc, PoisonError};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, Response, StatusCode, header, request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::control;
use crate::fault::{FAULT_HEADER, Fault};
use crate::handle::{Handle, Player, Shared};
use crate::limit::Standing;
use crate::plan::Strike;
use crate::record::{Received, recorded_headers, recorded_query};
use crate::reply::{Reply, ReplyBody};
use crate::server::stopped;
use crate::socket::Poison;
use crate::vendors::{Asked, Verdict};

/// The pages of the sandbox itself take no more than this.
const CONTROL_LIMIT: usize = 1024 * 1024;

/// Answers one request. An error ends the connection: by reset if it was poisoned, else by a plain close.
pub(crate) async fn exchange(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    poison: Poison,
    mut stop: watch::Receiver<bool>,
) -> Result<Response<ReplyBody>, io::Error> {
    let (head, body) = request.into_parts();
    let Some((player, path)) = find(&shared, head.uri.path()) else {
        let body = read(body, CONTROL_LIMIT).await?.unwrap_or_default();
        return Ok(control::answer(&Handle { shared }, &head, &body).into_response());
    };
    let strike = match strike(player, &head) {
        Ok(strike) => strike,
        Err(reply) => return Ok(reply.into_response()),
    };
    if strike.is_felt() {
        shared.store.count(|counts| counts.faults += 1);
    }
    if strike.fault == Fault::ResetBefore {
        poison.spill();
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    let Some(body) = read(body, player.listing.body_limit).await? else {
        return Ok(Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "too long for a lead\n").into_response());
    };

    let asked = Asked {
        method: &head.method,
        path,
        query: head.uri.query(),
        headers: &head.headers,
        body: &body,
    };
    let mut verdict = judge(&shared, player, &asked, strike.fault);
    // From here on the vendor has the lead, whether or not the client waits for the answer.
    file(&shared, player, &asked, &mut verdict, strike);
    if let Some(callback) = verdict.callback {
        // The receiver is gone only when the sandbox stops.
        let _ = shared.callbacks.send(callback);
    }

    let latency = shared.settings.delay + strike.latency;
    if !latency.is_zero() {
        tokio::select! {
            () = stopped(&mut stop) => {}
            () = tokio::time::sleep(latency) => {}
        }
    }
    let reply = verdict.reply;
    match strike.fault {
        Fault::GatewayTimeoutAfter => Ok(Reply::html(StatusCode::GATEWAY_TIMEOUT).into_response()),
        Fault::Truncated => Ok(reply.truncated().into_response()),
        Fault::Cut => Ok(reply.into_cut_response()),
        Fault::ResetAfter => {
            poison.spill();
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::Hang => {
            // hyper drops this future when the client closes the connection.
            stopped(&mut stop).await;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        _ => Ok(reply.into_response()),
    }
}

/// Finds the vendor by its base path, and the path below it.
fn find<'a>(shared: &'a Shared, path: &'a str) -> Option<(&'a Player, &'a str)> {
    shared.players.iter().find_map(|player| {
        let below = path.strip_prefix(player.listing.base_path)?;
        (below.is_empty() || below.starts_with('/')).then_some((player, below))
    })
}

/// Takes the fault that the request itself asks for, else the next one ahead of the vendor.
fn strike(player: &Player, head: &request::Parts) -> Result<Strike, Reply> {
    let Some(wanted) = head.headers.get(FAULT_HEADER) else {
        return Ok(player.ahead.lock().unwrap_or_else(PoisonError::into_inner).next());
    };
    let wanted = String::from_utf8_lossy(wanted.as_bytes());
    let faults = Fault::parse_list(&wanted)
        .map_err(|error| Reply::text(StatusCode::BAD_REQUEST, format!("{FAULT_HEADER}: {error}\n")))?;
    Ok(Strike::of(&faults))
}

/// Reads the body to its end; `None` if it is longer than any lead. The rest of such a body is read too and thrown
/// away: a connection closed on unread bytes is reset, and the answer lost with it.
async fn read(mut body: Incoming, limit: usize) -> Result<Option<Bytes>, io::Error> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut fits = true;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(io::Error::other)?.into_data() {
            fits &= first.len() + rest.len() + data.len() <= limit;
            if !fits {
                continue;
            }
            // A lead comes in one piece as a rule, and then need not be copied.
            if first.is_empty() {
                first = data;
            } else {
                rest.extend_from_slice(&data);
            }
        }
    }
    if !fits {
        return Ok(None);
    }
    if rest.is_empty() {
        return Ok(Some(first));
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(Some(whole.freeze()))
}

/// Counts the request against the limit, if there is one, and lets the vendor or the fault decide on it.
fn judge(shared: &Shared, player: &Player, asked: &Asked<'_>, fault: Fault) -> Verdict {
    let fake = &player.fake;
    let standing = stand(player, asked);
    let mut verdict = if standing.is_some_and(Standing::is_over) {
        fake.refuse(asked, StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")
            .into()
    } else if fault.is_processed() {
        fake.answer(asked, &shared.settings)
    } else {
        refusal(player, asked, fault).into()
    };
    if let Some(standing) = standing {
        standing.sign(&mut verdict.reply);
    }
    verdict
}

/// Counts the request against every limit that it falls under; the first one that is used up speaks, else the last.
fn stand(player: &Player, asked: &Asked<'_>) -> Option<Standing> {
    let mut limits = player.limits.iter().peekable();
    limits.peek()?;
    let (fake, mut standing) = (&player.fake, None);
    let (quota, caller) = (fake.quota(asked), fake.caller(asked).unwrap_or_default());
    for (_, limiter) in limits.filter(|(class, _)| class.is_none() || *class == quota) {
        let counted = limiter.count(&caller);
        standing = standing
            .filter(|standing: &Standing| standing.is_over())
            .or(Some(counted));
    }
    standing
}

/// Answers in place of the vendor's own verdict. What a vendor's own server says is in the vendor's form;
/// what stands in front of it answers with a page.
fn refusal(player: &Player, asked: &Asked<'_>, fault: Fault) -> Reply {
    let fake = &player.fake;
    let after = |reply: Reply, seconds: u32| reply.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    match fault {
        Fault::BadRequestAsPrinted => fake
            .printed_refusal()
            .unwrap_or_else(|| fake.refuse(asked, StatusCode::BAD_REQUEST, "Bad Request")),
        Fault::BadRequest => fake.refuse(asked, StatusCode::BAD_REQUEST, "Bad Request"),
        Fault::PaymentRequired => fake.refuse(asked, StatusCode::PAYMENT_REQUIRED, "Payment Required"),
        Fault::Unauthorized => fake.refuse(asked, StatusCode::UNAUTHORIZED, "Unauthorized"),
        Fault::TooManyRequests { retry_after } => {
            let reply = fake.refuse(asked, StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
            after(reply, retry_after)
        }
        Fault::BadGateway => Reply::html(StatusCode::BAD_GATEWAY),
        Fault::Unavailable { retry_after } => {
            let reply = Reply::html(StatusCode::SERVICE_UNAVAILABLE);
            match retry_after {
                Some(seconds) => after(reply, seconds),
                None => reply,
            }
        }
        Fault::GatewayTimeout => Reply::html(StatusCode::GATEWAY_TIMEOUT),
        Fault::Html => Reply::html(StatusCode::OK),
        _ => fake.refuse(asked, StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    }
}

fn file(shared: &Shared, player: &Player, asked: &Asked<'_>, verdict: &mut Verdict, strike: Strike) {
    let Asked { path, body, .. } = *asked;
    player.checksum.lock().unwrap_or_else(PoisonError::into_inner).add(body);
    shared.store.file(verdict.accepted, verdict.logged_in, || {
        let mut received = Received {
            seq: 0,
            at: Timestamp::now(),
            vendor: player.listing.id,
            method: asked.method.to_string(),
            path: path.to_owned() + &asked.query.map(recorded_query).unwrap_or_default(),
            headers: recorded_headers(asked.headers),
            body: serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body))),
            status: verdict.reply.status.as_u16(),
            accepted: verdict.accepted,
            unknown_fields: std::mem::take(&mut verdict.unknown_fields),
            fault: strike.label(),
        };
        player.fake.conceal(&mut received);
        received
    });
}
