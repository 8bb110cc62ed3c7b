"""Every sampler and schedule record against the real scheduler classes.

The model is exact: for pictures whose pixels are independent Gaussians the best denoiser is a formula, and so is the
path that a deterministic sampler should follow. What the records claim (model calls, fresh noise, convergence, order,
which schedules a class honours) is measured on it. Nothing here needs weights.
"""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dialed.records_loading import collect_records
from dialed.sampler_types import Sampler, SchedulerClass

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
scipy_stats = pytest.importorskip("scipy.stats")

pytestmark = [
    # Some schedulers of diffusers turn tensors into arrays in a way that numpy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
    # The Brownian tree of DPMSolverSDEScheduler is asked for levels a rounding error outside its ends.
    pytest.mark.filterwarnings("ignore:Should have t:UserWarning"),
]

RECORDS = collect_records()
SAMPLERS: dict[str, Sampler] = RECORDS.samplers
SCHEDULES = RECORDS.schedules

TRAIN = 1000
CONFIG = {
    "num_train_timesteps": TRAIN,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
}
BETAS = np.linspace(0.00085**0.5, 0.012**0.5, TRAIN) ** 2
ALPHAS = np.cumprod(1 - BETAS)
SIGMAS = np.sqrt((1 - ALPHAS) / ALPHAS)
MEAN = torch.tensor([-1.0, -0.4, 0.3, 1.2], dtype=torch.float64).reshape(1, 4, 1, 1)
SPREAD = torch.tensor([0.3, 0.6, 0.9, 1.3], dtype=torch.float64).reshape(1, 4, 1, 1)

LONGEST = {"LCMScheduler": 50, "TCDScheduler": 50}
"""Classes that pick their timesteps out of 50."""
FIXED_LENGTH = {"DDIMScheduler", "PNDMScheduler"}
"""Classes that step by 1000 // steps: evenly spaced from end to end they miss their levels."""
FLAGS = {
    "karras": "use_karras_sigmas",
    "exponential": "use_exponential_sigmas",
    "beta": "use_beta_sigmas",
}


def cases(*, flow: bool = False) -> list[Any]:
    """One case for each sampler and each of its classes that predicts flow, or does not.

    A class that takes none of the four predictions (SCM counts in angles) cannot run on this model.
    """
    return [
        pytest.param(sampler, used, id=f"{sampler.id}-{used.name}")
        for sampler in SAMPLERS.values()
        for used in sampler.diffusers
        if used.predictions and ("flow" in used.predictions) == flow
    ]


def level(timestep: float) -> float:
    """The noise level of a timestep, between whole ones by the logarithm."""
    return float(np.exp(np.interp(timestep, np.arange(TRAIN), np.log(SIGMAS))))


def spread_at(sigma: float) -> torch.Tensor:
    return torch.sqrt(SPREAD**2 + sigma**2)


class ExactModel:
    """The best denoiser of Gaussian pixels, in each of the three ways a network may put it."""

    def __init__(self, prediction: str) -> None:
        self.prediction = prediction
        self.timesteps: list[float] = []

    def __call__(self, sample: torch.Tensor, timestep: Any) -> torch.Tensor:
        self.timesteps.append(float(timestep))
        sigma = level(float(timestep))
        a = 1 / math.sqrt(1 + sigma**2)
        b = a * sigma
        x = sample.double()
        clean = (MEAN * b**2 + a * SPREAD**2 * x) / (b**2 + (a * SPREAD) ** 2)
        noise = (x - a * clean) / b
        out = {"epsilon": noise, "v_prediction": a * noise - b * clean, "sample": clean}
        return out[self.prediction].float()


def needs_packages(sampler: Sampler) -> None:
    for package in sampler.needs:
        pytest.importorskip(package)


def arguments_of(used: SchedulerClass, schedule: str | None) -> dict[str, Any]:
    """The record's arguments plus those of a schedule that the class honours."""
    chosen = schedule or next(
        (name for name in ("simple", "karras") if name in used.schedules), None
    )
    return used.arguments | (dict(SCHEDULES[chosen].arguments or {}) if chosen else {})


def build(used: SchedulerClass, arguments: dict[str, Any]) -> Any:
    cls = getattr(diffusers, used.name)
    accepted = inspect.signature(cls.__init__).parameters
    # The signature of this class is hidden behind the check for its package.
    if used.name == "DPMSolverSDEScheduler":
        return cls(**CONFIG, **arguments)
    return cls(**{k: v for k, v in (CONFIG | arguments).items() if k in accepted})


def sample_with(
    used: SchedulerClass,
    steps: int,
    *,
    schedule: str | None = None,
    prediction: str = "epsilon",
    noise_seed: int = 1,
    keep: int | None = None,
) -> tuple[torch.Tensor, ExactModel, Any]:
    """Run a scheduler on the exact model; `keep` ends the run before its last calls."""
    arguments = arguments_of(used, schedule) | {"prediction_type": prediction}
    if used.name == "DPMSolverSDEScheduler":
        arguments["noise_sampler_seed"] = noise_seed
    scheduler, model = build(used, arguments), ExactModel(prediction)
    scheduler.set_timesteps(steps)
    start = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    sample = start * scheduler.init_noise_sigma
    extra: dict[str, Any] = {}
    if "generator" in inspect.signature(scheduler.step).parameters:
        extra["generator"] = torch.Generator().manual_seed(noise_seed)
    for timestep in scheduler.timesteps[:keep]:
        output = model(scheduler.scale_model_input(sample, timestep), timestep)
        sample = scheduler.step(output, timestep, sample, return_dict=False, **extra)[0]
    return sample, model, scheduler


def distance(used: SchedulerClass, few: int, many: int) -> float:
    return float((sample_with(used, few)[0] - sample_with(used, many)[0]).abs().mean())


def test_there_is_something_to_test() -> None:
    assert len(cases()) >= 18
    assert len(cases(flow=True)) >= 5


@pytest.mark.parametrize(("sampler", "used"), cases())
def test_a_run_is_finite_and_calls_the_model_as_often_as_the_record_says(
    sampler: Sampler, used: SchedulerClass
) -> None:
    needs_packages(sampler)
    for prediction in used.predictions:
        sample, model, _ = sample_with(used, 10, prediction=prediction)
        assert torch.isfinite(sample).all()
        assert float((sample.mean((0, 2, 3)) - MEAN.flatten()).abs().max()) < 0.3
        # PNDM makes one call more; two-call samplers end with a single one.
        assert abs(len(model.timesteps) - 10 * sampler.calls_per_step) <= 1


@pytest.mark.parametrize(("sampler", "used"), cases())
def test_fresh_noise_enters_where_the_record_says(sampler: Sampler, used: SchedulerClass) -> None:
    needs_packages(sampler)
    once, again = sample_with(used, 10)[0], sample_with(used, 10)[0]
    other = sample_with(used, 10, noise_seed=2)[0]
    assert torch.equal(once, again)
    assert torch.equal(once, other) is not sampler.stochastic


@pytest.mark.parametrize(("sampler", "used"), cases())
def test_more_steps_approach_one_picture_where_the_record_says(
    sampler: Sampler, used: SchedulerClass
) -> None:
    needs_packages(sampler)
    early = distance(used, 10, 20)
    late = distance(used, 25, 50) if used.name in LONGEST else distance(used, 50, 100)
    assert (late < 0.6 * early) is sampler.converges, (early, late)


def last_error(used: SchedulerClass, steps: int, schedule: str) -> float:
    """How far the sample is from the exact path just before the last step, where no level is zero."""
    sample, _, scheduler = sample_with(used, steps, schedule=schedule, keep=-1)
    start = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0)).double()
    variance_exploding = abs(float(scheduler.init_noise_sigma) - 1) > 1e-6
    if hasattr(scheduler, "sigmas"):
        first, sigma = float(scheduler.sigmas[0]), float(scheduler.sigmas[scheduler.step_index])
    else:
        first, sigma = level(float(scheduler.timesteps[0])), level(float(scheduler.timesteps[-1]))
    if variance_exploding:
        begin, reached = start * float(scheduler.init_noise_sigma), sample.double()
    else:
        begin, reached = start * math.sqrt(1 + first**2), sample.double() * math.sqrt(1 + sigma**2)
    exact = MEAN + (begin - MEAN) * spread_at(sigma) / spread_at(first)
    return float((reached - exact).abs().mean())


@pytest.mark.parametrize(
    ("sampler_id", "schedule", "at_least", "at_most"),
    [
        ("euler", "normal", 0.8, 1.2),
        ("euler", "karras", 0.8, 1.2),
        ("ddim", "ddim_uniform", 0.8, 1.2),
        ("heun", "normal", 1.7, 2.4),
        ("dpm_2", "karras", 1.7, 2.4),
        ("dpmpp_2m", "karras", 1.7, 2.6),
        ("deis", "karras", 1.7, 2.4),
        ("lms", "karras", 2.8, 4.4),
    ],
)
def test_the_error_falls_as_the_order_promises(
    sampler_id: str, schedule: str, at_least: float, at_most: float
) -> None:
    used = SAMPLERS[sampler_id].diffusers[0]
    measured = math.log2(last_error(used, 20, schedule) / last_error(used, 40, schedule))
    assert at_least <= measured <= at_most


def evenly(count: int) -> np.ndarray:
    return np.array([level(t) for t in np.linspace(TRAIN - 1, 0, count)])


def rho(count: int) -> np.ndarray:
    ends = SIGMAS[-1] ** (1 / 7), SIGMAS[0] ** (1 / 7)
    return np.linspace(*ends, count) ** 7


def beta(count: int) -> np.ndarray:
    share = scipy_stats.beta.ppf(1 - np.linspace(0, 1, count), 0.6, 0.6)
    return SIGMAS[0] + share * (SIGMAS[-1] - SIGMAS[0])


DEFINITIONS: dict[str, Callable[[int], np.ndarray]] = {
    "normal": evenly,
    "simple": lambda n: np.array([SIGMAS[-(1 + int(k * TRAIN / n))] for k in range(n)]),
    "sgm_uniform": lambda n: evenly(n + 1)[:-1],
    "ddim_uniform": lambda n: SIGMAS[1 :: TRAIN // n][::-1],
    "karras": rho,
    "exponential": lambda n: np.exp(np.linspace(np.log(SIGMAS[-1]), np.log(SIGMAS[0]), n)),
    "beta": beta,
}


def honours(used: SchedulerClass, schedule: str, steps: int = 20) -> bool:
    """Whether the class visits the noise levels that define the schedule."""
    cls = getattr(diffusers, used.name)
    accepted = inspect.signature(cls.__init__).parameters
    hidden = used.name == "DPMSolverSDEScheduler"
    if not hidden and FLAGS.get(schedule, "timestep_spacing") not in accepted:
        return False
    if schedule == "normal" and used.name in FIXED_LENGTH:
        return False
    _, model, scheduler = sample_with(used, steps, schedule=schedule)
    if hasattr(scheduler, "sigmas"):
        visited = {round(float(sigma), 4) for sigma in scheduler.sigmas if sigma > 0}
    else:
        visited = {round(level(t), 4) for t in model.timesteps}
    levels = np.array(sorted(visited, reverse=True))[:steps]
    wanted = DEFINITIONS[schedule](steps)
    return len(levels) == steps and float(np.abs(np.log(levels / wanted)).max()) < 0.02


@pytest.mark.parametrize(("sampler", "used"), cases())
def test_the_class_honours_the_listed_schedules_and_no_others(
    sampler: Sampler, used: SchedulerClass
) -> None:
    needs_packages(sampler)
    assert {name for name in DEFINITIONS if honours(used, name)} == set(used.schedules)


@pytest.mark.parametrize(("sampler", "used"), cases())
def test_the_config_of_another_class_does_not_shine_through(
    sampler: Sampler, used: SchedulerClass
) -> None:
    """The published scheduler of a model is often of another class, and its config is the start."""
    needs_packages(sampler)
    published = diffusers.DPMSolverMultistepScheduler(**CONFIG, timestep_spacing="trailing")
    arguments = arguments_of(used, None)
    if used.name == "DPMSolverSDEScheduler":
        arguments["noise_sampler_seed"] = 1
    derived = getattr(diffusers, used.name).from_config(published.config, **arguments)
    direct = build(used, arguments)
    kept = {k: v for k, v in direct.config.items() if not k.startswith("_")}
    # Classes without a schedule here choose their own timesteps.
    ignored = set() if used.schedules else {"timestep_spacing"}
    assert {k: derived.config[k] for k in kept if k not in ignored} == {
        k: v for k, v in kept.items() if k not in ignored
    }


def test_bh1_needs_the_argument_that_its_record_carries() -> None:
    used = SAMPLERS["uni_pc"].diffusers[0]
    without = {k: v for k, v in used.arguments.items() if k != "final_sigmas_type"}
    bare = used.model_copy(update={"arguments": without})
    assert not torch.isfinite(sample_with(bare, 10)[0]).all()


def flow_run(used: SchedulerClass, steps: int, noise_seed: int) -> tuple[torch.Tensor, int]:
    """Run a flow scheduler: sample = (1 - s) clean + s noise, and the model answers noise - clean."""
    cls = getattr(diffusers, used.name)
    shift = "flow_shift" if "use_flow_sigmas" in used.arguments else "shift"
    scheduler = cls(num_train_timesteps=TRAIN, **{shift: 3.0}, **used.arguments)
    scheduler.set_timesteps(steps)
    sample = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    extra: dict[str, Any] = {}
    if "generator" in inspect.signature(scheduler.step).parameters:
        extra["generator"] = torch.Generator().manual_seed(noise_seed)
    for timestep in scheduler.timesteps:
        s, x = float(timestep) / TRAIN, sample.double()
        clean = (MEAN * s**2 + (1 - s) * SPREAD**2 * x) / (s**2 + ((1 - s) * SPREAD) ** 2)
        velocity = ((x - (1 - s) * clean) / s - clean).float()
        sample = scheduler.step(velocity, timestep, sample, return_dict=False, **extra)[0]
    return sample, len(scheduler.timesteps)


@pytest.mark.parametrize(("sampler", "used"), cases(flow=True))
def test_flow_classes_do_what_the_record_says(sampler: Sampler, used: SchedulerClass) -> None:
    sample, calls = flow_run(used, 20, 1)
    assert abs(calls - 20 * sampler.calls_per_step) <= 1
    assert torch.equal(sample, flow_run(used, 20, 2)[0]) is not sampler.stochastic
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0)).double()
    error = float((sample - (MEAN + noise * SPREAD)).abs().mean())
    assert (error < 0.1) is sampler.converges
