using Scp.Transport.Engine;

namespace Scp.Transport.Tests.Engine;

/// <summary>
/// The wish to stop against each step of an owner that works and sleeps, one interleaving at a time and on one thread: the
/// scripted waker runs the one side within the steps of the other.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StopSignalTests
{
    private readonly ScriptedWaker _waker = new();
    private readonly Owner _owner;
    private readonly StopSignal _stop;

    public StopSignalTests()
    {
        _stop = new StopSignal(_waker);
        _owner = new Owner(_waker, _stop);
    }

    /// <summary>Once around with nothing to stop for, and the wish at a point of the second time.</summary>
    [Test]
    public void The_owner_hears_a_wish_that_comes_just_before_or_after_it_takes_the_signal([Values] bool isAfter, [Values] bool hasMail)
    {
        _owner.Run();
        Assert.That(_owner.Sleeps, "nothing was wished yet");
        _waker.Arm(isAfter ? Moment.AfterDrain : Moment.BeforeDrain, _stop.Stop);
        if (hasMail)
        {
            _waker.Signal();
        }

        _owner.Wake();
        Assert.That(_owner.HasEnded, "it sleeps for ever");
    }

    /// <summary>Whoever stops it is held up within saying so, while the owner goes on as far as it can.</summary>
    [Test]
    public void The_owner_hears_a_wish_however_far_it_runs_meanwhile([Values(Moment.BeforeSignal, Moment.AfterSignal)] Moment moment, [Values] bool isAsleep)
    {
        if (isAsleep)
        {
            _owner.Run();
            Assert.That(_owner.Sleeps);
        }

        _waker.Arm(moment, _owner.Run);
        _stop.Stop();
        _owner.Run();
        Assert.That(_owner.HasEnded, "it sleeps for ever");
    }

    [Test]
    public void A_wish_stands_for_good()
    {
        _stop.Stop();
        Assert.That(_stop.TakeAndGoOn(), Is.False);
        Assert.That(_stop.TakeAndGoOn(), Is.False);
    }

    public enum Moment
    {
        None,
        BeforeDrain,
        AfterDrain,
        BeforeSignal,
        AfterSignal,
    }

    /// <summary>Does one thing, once, at one point of whatever uses it.</summary>
    private sealed class ScriptedWaker : IWaker
    {
        private Moment _moment;
        private Action _action = () => { };

        public bool IsSignalled { get; private set; }

        public void Arm(Moment moment, Action action) => (_moment, _action) = (moment, action);

        public void Signal()
        {
            Reach(Moment.BeforeSignal);
            IsSignalled = true;
            Reach(Moment.AfterSignal);
        }

        public bool Drain()
        {
            Reach(Moment.BeforeDrain);
            bool wasSignalled = IsSignalled;
            IsSignalled = false;
            Reach(Moment.AfterDrain);
            return wasSignalled;
        }

        private void Reach(Moment moment)
        {
            if (_moment == moment)
            {
                _moment = Moment.None;
                _action();
            }
        }
    }

    /// <summary>Takes turns in which there is nothing to do until it may sleep, as an engine does, and sleeps while unsignalled.</summary>
    private sealed class Owner(ScriptedWaker waker, StopSignal stop)
    {
        public bool HasEnded { get; private set; }

        public bool Sleeps { get; private set; }

        /// <summary>Goes on until it sleeps or ends; one that sleeps goes on only when signalled.</summary>
        public void Run()
        {
            if (!Sleeps || waker.IsSignalled)
            {
                Wake();
            }
        }

        /// <summary>Goes on even if unsignalled, as for a datagram.</summary>
        public void Wake()
        {
            Sleeps = false;
            while (!HasEnded && !Sleeps)
            {
                HasEnded = !stop.TakeAndGoOn();
                Sleeps = !HasEnded && !waker.IsSignalled;
            }
        }
    }
}
