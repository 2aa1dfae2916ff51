// The page for signing in of the examples with FastAPI and Flask; Django has one of its own.

const form = document.querySelector("#sign-in");
const problem = document.querySelector("#problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  const answer = await fetch("/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  }).catch(() => null);
  if (answer?.ok) {
    location.assign("/");
    return;
  }
  const wrong = answer?.status === 403;
  problem.textContent = wrong
    ? "This name and this password do not belong together."
    : "The server does not answer. Try again in a moment.";
  problem.hidden = false;
  form.elements.password.focus();
});
