"""What the console's tests look at: conversations of people, and texts that would take the page over."""

from __future__ import annotations

from typing import Any, Dict

from velt_py import VeltSDK

HOSTILE = (
    "\"'><img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"
)
PEOPLE = {"ana": "Ana Ruiz", "ben": "Ben Okafor", "mia": "Mia Lindqvist"}
TALK = (
    ("ana", "Could we make this heading shorter? It wraps on small screens."),
    ("ben", "Agreed. I would cut it to three words and move the rest into the line below."),
    ("mia", "Done in the last draft, please have another look when you find the time."),
)


def thread_of(id: str, comments: int, **more: Any) -> Dict[str, Any]:
    now = 1_790_000_000_000
    said = {
        str(number): {
            "commentId": number,
            "commentText": TALK[number][1],
            "from": {"userId": TALK[number][0]},
            "createdAt": now + 60_000 * number,
        }
        for number in range(comments)
    }
    return {"annotationId": id, "comments": said, "from": {"userId": "ana"}, **more}


def fill(sdk: VeltSDK) -> None:
    served = sdk.selfHosting
    for id, name in PEOPLE.items():
        served.users.saveUser("acme", {"userId": id, "name": name})
    about = {"text": "A very long heading for the spring campaign of this year"}
    first = thread_of("t1", 3, targetTextRange=about, status={"name": "Open", "type": "default"})
    first["comments"]["0"]["reactionAnnotationIds"] = ["r1", "r2"]
    first["comments"]["2"]["attachments"] = {"7": {"attachmentId": 7, "name": "draft.png", "size": 3}}
    second = thread_of("t2", 2, status={"name": "Resolved", "type": "terminal"}, assignedTo={"userId": "ben"})
    served.comments.saveComments("acme", {"t1": first, "t2": second}, documentId="website")
    served.comments.saveComments("acme", {"t3": thread_of("t3", 1)}, documentId="price list")
    served.comments.saveComments("globex", {"t1": thread_of("t1", 1)}, documentId="website")
    for id, person, icon in (("r1", "ben", "THUMBS_UP"), ("r2", "mia", "looks good")):
        reaction = {"annotationId": id, "icon": icon, "from": {"userId": person}}
        served.reactions.saveReactions("acme", {id: reaction}, documentId="website")
    change = {"status": {"from": "Open", "to": "Resolved"}}
    metadata = {"organizationId": "acme", "documentId": "website"}
    activity = {"a1": {"id": "a1", "changes": change, "actionUser": {"userId": "mia"}, "metadata": metadata}}
    served.activities.saveActivities("acme", activity)
    told = {
        "displayHeadlineMessageTemplate": "{who} shared the {what}",
        "displayBodyMessage": "Until Friday, please.",
    }
    words = {"who": {"userId": "ana", "name": "Ana Ruiz"}, "what": "website"}
    told = {"notificationId": "n1", "displayHeadlineMessageTemplateData": words, "metadata": metadata, **told}
    served.notifications.saveNotifications("acme", {"n1": told})


def play(api: Any, organization: str) -> None:
    """What an application does, with people who are told of it."""
    ana = {"userId": "ana", "name": "Ana Ruiz", "email": "ana@acme.example"}
    ben = {"userId": "ben", "name": "Ben Okafor", "email": "ben@acme.example"}
    api.organizations.addOrganizations(organizations=[{"organizationId": organization}])
    plan = {"organizationId": organization, "documentId": "plan"}
    api.documents.addDocuments(
        organizationId=organization, documents=[{"documentId": "plan", "documentName": "The plan"}]
    )
    api.users.addUsers(organizationId=organization, users=[ana, ben])
    comment = {"commentText": HOSTILE, "from": ana, "triggerNotification": True}
    tagged = {"taggedUserContacts": [{"userId": "ben", "text": "@Ben", "contact": ben}]}
    api.commentAnnotations.addCommentAnnotations(
        commentAnnotations=[{"commentData": [{**comment, **tagged}]}], **plan
    )
    api.agents.runAgentExecution(agentId="spell-check", url="https://acme.example/page", **plan)
    api.notifications.addNotifications(
        displayHeadlineMessageTemplate=HOSTILE,
        displayBodyMessage="Friday",
        notifyUsers=[ben],
        actionUser=ana,
        **plan,
    )
