"""A language model of a few hundred thousand weights in plain NumPy, for a lesson on a CPU.

It knows some 700 words and 96 questions of the kind "How do I keep basil alive?", and writes
answers to them, short or long, plain or warm. It is a GPT like larger ones (learned positions,
causal attention, a residual stream), small enough to be read in one sitting and trained in
seconds. What it was trained on, and how, is in ``examples/class`` of the repository.

>>> from tiebreak.samples.tiny import TinyGPT
>>> model = TinyGPT.load()
>>> model.log_likelihood(["How do I keep basil alive?"], ["Keep it near a sunny window."]).shape
(1,)
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from typing import Self

import numpy as np
import numpy.typing as npt

from tiebreak.errors import TiebreakError

Array = npt.NDArray[np.float32]
Pull = npt.NDArray[np.floating]

LONGEST = 96
_ANSWER, _END = 0, 1  # the first two words: what stands before an answer, and behind it
_TOKEN = re.compile(r"[a-z']+|[.,?!]")
_OTHER = re.compile(r"[^\sA-Za-z'.,?!]")
_TINY = 1e-5


@dataclass(frozen=True)
class TinyGPT:
    """A word-level GPT whose gradients are written out by hand.

    Attributes:
        words: what it knows, in the order of its embeddings.
        width: how many numbers stand for a word.
        layers: how often attention and a hidden layer follow each other.
        heads: of each attention.
        weights: all that it learned, as one array; change it in place to train the model.

    """

    words: Sequence[str]
    width: int = 96
    layers: int = 2
    heads: int = 4
    weights: Array = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)

    @classmethod
    def load(cls) -> Self:
        """Load the model that comes with tiebreak."""
        with files("tiebreak").joinpath("samples/tiny.npz").open("rb") as file:
            kept = np.load(file, allow_pickle=False)
            words = str(kept["words"]).split()
            width, layers, heads = (int(each) for each in kept["sizes"])
            return cls(words, width, layers, heads, kept["weights"].astype(np.float32))

    def copy(self) -> Self:
        """Give a model with the same weights that can be trained on its own."""
        return replace(self, weights=self.weights.copy())

    # -- what it does

    def log_likelihood(self, prompts: Sequence[str], answers: Sequence[str]) -> Pull:
        """Give how probable the model finds each answer to its prompt, as a logarithm.

        Raises:
            TiebreakError: a text has a word that it does not know, or is too long for it.

        """
        return self.forward(prompts, answers)[0]

    def forward(
        self, prompts: Sequence[str], answers: Sequence[str]
    ) -> tuple[Pull, Callable[[Pull], Array]]:
        """Give the log-likelihoods of the answers, and a function for their gradient.

        The function takes a number an answer, how strongly it is to be pulled up (above 0) or
        pushed down, and gives the gradient of the sum of log-likelihoods so weighed, as one array
        like ``weights``. Any loss of log-likelihoods, DPO's for one, is trained by it.

        Raises:
            TiebreakError: a text has a word that it does not know, or is too long for it.

        """
        asked = [[*self.read(each), _ANSWER] for each in prompts]
        said = [[*self.read(each), _END] for each in answers]
        tokens = _padded([[*q, *a[:-1]] for q, a in zip(asked, said, strict=True)])
        rows = np.repeat(np.arange(len(said)), [len(a) for a in said])
        columns = np.concatenate(
            [np.arange(len(q) - 1, len(q) - 1 + len(a)) for q, a in zip(asked, said, strict=True)]
        )
        targets = np.concatenate(said)
        states, back_states = self._states(tokens)
        logits = states[rows, columns] @ self._parts(self.weights)["words"].T
        logs = _log_softmax(logits)
        found = logs[np.arange(len(targets)), targets]
        totals: Pull = np.bincount(rows, found, len(said)).astype(np.float64)

        def back(pull: Pull) -> Array:
            slope = -np.exp(logs)
            slope[np.arange(len(targets)), targets] += 1
            slope *= np.asarray(pull, np.float32)[rows, None]
            gradient = np.zeros_like(self.weights)
            table = self._parts(self.weights)["words"]
            self._parts(gradient)["words"] += slope.T @ states[rows, columns]
            upstream = np.zeros_like(states)
            upstream[rows, columns] = slope @ table
            back_states(upstream, self._parts(gradient))
            return gradient

        return totals, back

    def write(
        self, prompts: Sequence[str], *, seed: int = 0, temperature: float = 0.8
    ) -> list[str]:
        """Write an answer to each prompt, word by word.

        Args:
            prompts: questions in words that it knows.
            seed: of the draws; the same seed and weights give the same texts.
            temperature: how far it leaves the most probable word; near 0 it always takes that.

        Raises:
            TiebreakError: a prompt has a word that it does not know, or is too long for it.

        """
        generator = np.random.default_rng(seed)
        said = [[*self.read(each), _ANSWER] for each in prompts]
        starts = [len(each) for each in said]
        # Drawn at once, so that a text does not depend on how long the others get.
        draws = generator.random((LONGEST, len(said)))
        going = [*range(len(said))]
        table = self._parts(self.weights)["words"]
        for step in range(LONGEST):
            if not going:
                break
            states, _ = self._states(_padded([said[i] for i in going]))
            last = states[np.arange(len(going)), [len(said[i]) - 1 for i in going]]
            logits = (last @ table.T).astype(np.float64)
            logits[:, _ANSWER] = -np.inf
            chances = np.exp(_log_softmax(logits / max(temperature, _TINY)))
            words = (chances.cumsum(1) < draws[step, going][:, None]).sum(1)
            for i, word in zip(going, words.tolist(), strict=True):
                said[i].append(min(word, len(self.words) - 1))
            going = [i for i in going if said[i][-1] != _END and len(said[i]) < LONGEST]
        return [self._spell(each[start:]) for each, start in zip(said, starts, strict=True)]

    def read(self, text: str) -> list[int]:
        """Give the numbers of a text's words and signs.

        Raises:
            TiebreakError: it has a word or sign that the model does not know.

        """
        numbers = self._numbers
        found = _TOKEN.findall(text.lower())
        unknown = [each for each in [*_OTHER.findall(text), *found] if each not in numbers]
        if unknown:
            msg = (
                f"The tiny model does not know {unknown[0]!r}, in {text!r}. It knows the "
                f"{len(self.words)} words in its attribute words, and no others."
            )
            raise TiebreakError(msg)
        if len(found) > LONGEST - 2:
            msg = f"The tiny model reads up to {LONGEST - 2} words; {text[:40]!r}... has more."
            raise TiebreakError(msg)
        return [numbers[each] for each in found]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def _spell(self, numbers: Sequence[int]) -> str:
        text = " ".join(self.words[each] for each in numbers if each != _END)
        text = re.sub(r" ([.,?!])", r"\1", text)
        text = re.sub(r"\bi\b", "I", text)
        return re.sub(r"(^|[.?!] )([a-z])", lambda found: found[1] + found[2].upper(), text)

    # -- how it does it

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Give the shapes of the arrays that ``weights`` holds one after the other."""
        wide = self.width
        found: dict[str, tuple[int, ...]] = {
            "words": (len(self.words), wide),
            "places": (LONGEST, wide),
        }
        for layer in range(self.layers):
            found[f"look{layer}"] = (wide, 3 * wide)
            found[f"take{layer}"] = (wide, wide)
            found[f"open{layer}"] = (wide, 4 * wide)
            found[f"close{layer}"] = (4 * wide, wide)
        return found

    def _parts(self, flat: Array) -> dict[str, Array]:
        found, start = {}, 0
        for name, shape in self.shapes().items():
            size = int(np.prod(shape))
            found[name] = flat[start : start + size].reshape(shape)
            start += size
        return found

    def _states(
        self, tokens: npt.NDArray[np.int64]
    ) -> tuple[Array, Callable[[Array, dict[str, Array]], None]]:
        """Give what the model makes of each place, and the way back from it to the weights."""
        part = self._parts(self.weights)
        length = tokens.shape[1]
        if length > LONGEST:
            msg = f"The tiny model reads up to {LONGEST} words, prompt and answer together."
            raise TiebreakError(msg)
        flow = part["words"][tokens] + part["places"][:length]
        steps = []
        for layer in range(self.layers):
            for block in (self._attention, self._hidden):
                seen, back_norm = _normed(flow)
                added, back = block(seen, part, layer)
                flow = flow + added
                steps.append((back_norm, back))
        last, back_last = _normed(flow)

        def way_back(upstream: Array, gradient: dict[str, Array]) -> None:
            slope = back_last(upstream)
            for back_norm, back in reversed(steps):
                slope = slope + back_norm(back(slope, gradient))
            np.add.at(gradient["words"], tokens, slope)
            gradient["places"][:length] += slope.sum(0)

        return last, way_back

    def _attention(
        self, seen: Array, part: dict[str, Array], layer: int
    ) -> tuple[Array, Callable[[Array, dict[str, Array]], Array]]:
        count, length, wide = seen.shape
        apart = (count, length, 3, self.heads, wide // self.heads)
        query, key, value = (seen @ part[f"look{layer}"]).reshape(apart).transpose(2, 0, 3, 1, 4)
        scale = np.float32((wide // self.heads) ** -0.5)
        scores = query @ key.swapaxes(2, 3) * scale
        scores[:, :, np.triu(np.ones((length, length), bool), 1)] = -np.inf
        shares = np.exp(_log_softmax(scores))
        mixed = (shares @ value).transpose(0, 2, 1, 3).reshape(count, length, wide)

        def back(slope: Array, gradient: dict[str, Array]) -> Array:
            gradient[f"take{layer}"] += np.tensordot(mixed, slope, ((0, 1), (0, 1)))
            of_mixed = (slope @ part[f"take{layer}"].T).reshape(count, length, self.heads, -1)
            of_mixed = of_mixed.transpose(0, 2, 1, 3)
            of_shares = of_mixed @ value.swapaxes(2, 3)
            of_scores = shares * (of_shares - (of_shares * shares).sum(-1, keepdims=True)) * scale
            of_all = np.stack(
                [
                    of_scores @ key,
                    of_scores.swapaxes(2, 3) @ query,
                    shares.swapaxes(2, 3) @ of_mixed,
                ]
            )
            of_all = of_all.transpose(1, 3, 0, 2, 4).reshape(count, length, 3 * wide)
            gradient[f"look{layer}"] += np.tensordot(seen, of_all, ((0, 1), (0, 1)))
            return of_all @ part[f"look{layer}"].T

        return mixed @ part[f"take{layer}"], back

    def _hidden(
        self, seen: Array, part: dict[str, Array], layer: int
    ) -> tuple[Array, Callable[[Array, dict[str, Array]], Array]]:
        inside = np.maximum(seen @ part[f"open{layer}"], 0)

        def back(slope: Array, gradient: dict[str, Array]) -> Array:
            gradient[f"close{layer}"] += np.tensordot(inside, slope, ((0, 1), (0, 1)))
            of_inside = (slope @ part[f"close{layer}"].T) * (inside > 0)
            gradient[f"open{layer}"] += np.tensordot(seen, of_inside, ((0, 1), (0, 1)))
            found: Array = of_inside @ part[f"open{layer}"].T
            return found

        return inside @ part[f"close{layer}"], back


def _normed(flow: Array) -> tuple[Array, Callable[[Array], Array]]:
    scale = 1 / np.sqrt((flow * flow).mean(-1, keepdims=True) + np.float32(_TINY))
    normed = flow * scale

    def back(slope: Array) -> Array:
        along = (slope * normed).mean(-1, keepdims=True)
        found: Array = scale * (slope - normed * along)
        return found

    return normed, back


def _log_softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    lowered = logits - logits.max(-1, keepdims=True)
    found: npt.NDArray[np.floating] = lowered - np.log(np.exp(lowered).sum(-1, keepdims=True))
    return found


def _padded(rows: Sequence[Sequence[int]]) -> npt.NDArray[np.int64]:
    found = np.full((len(rows), max(map(len, rows))), _END, np.int64)
    for number, row in enumerate(rows):
        found[number, : len(row)] = row
    return found
