using System.Runtime.CompilerServices;
using Wan.Network;

namespace Wan.Forwarding;

/// <summary>
/// The one thread that reads every device and writes what is due, and that alone touches the <see cref="ForwardingCore"/>.
/// It looks for due packets after each packet it reads, so that a flood on one pair does not delay another, and sleeps in
/// ppoll until a packet comes in or the next one is due. Others get at the core through <see cref="Invoke"/>.
///
/// A device is a descriptor that gives and takes one packet a call: a TUN device, or one end of a socket pair in tests.
/// Descriptors stay the caller's. An exception on the thread ends the process: a simulator that no longer forwards must not look alive.
/// </summary>
internal sealed unsafe class Forwarder : IDisposable
{
    /// <summary>Packets read from one device before the others have their turn.</summary>
    private const int ReadBatch = 64;

    /// <summary>A shorter sleep is itself the bound of what its end may have delayed; the kernel need not be asked.</summary>
    private const long ShortSleepNs = 200_000;

    private const long NsPerSecond = 1_000_000_000;
    private const int InvokeTimeoutMs = 10_000;

    private readonly ForwardingCore _core;
    private readonly PacketPool _pool;
    private readonly MonotonicClock _clock;
    private readonly IntakeMeter _intake;
    private readonly ThreadUrgency _wantedUrgency;
    private readonly int[] _devices;
    private readonly byte[] _scratch;
    private readonly Libc.PollEntry[] _polled;
    private readonly Mailbox _mailbox = new();
    private readonly Thread _thread;
    private bool _stopping;

    public Forwarder(ForwardingCore core, PacketPool pool, MonotonicClock clock, IReadOnlyList<int> devices, ThreadUrgency urgency)
    {
        if (devices.Count != core.NodeCount)
        {
            throw new ArgumentException($"{devices.Count} devices for {core.NodeCount} nodes.", nameof(devices));
        }

        (_core, _pool, _clock, _wantedUrgency) = (core, pool, clock, urgency);
        _devices = [.. devices];
        _intake = new IntakeMeter(devices.Count, clock.NowNs);
        _scratch = GC.AllocateUninitializedArray<byte>(pool.PacketBytes, pinned: true);
        _polled = GC.AllocateArray<Libc.PollEntry>(devices.Count + 1, pinned: true);
        for (int i = 0; i < devices.Count; i++)
        {
            _polled[i] = new Libc.PollEntry { Descriptor = devices[i], Events = Libc.PollIn };
        }

        _polled[devices.Count] = new Libc.PollEntry { Descriptor = _mailbox.Descriptor, Events = Libc.PollIn };
        _thread = new Thread(Run) { Name = "forwarder", IsBackground = true };
    }

    public ThreadUrgency Urgency { get; private set; } = ThreadUrgency.Normal;

    /// <summary>Nodes whose device is gone, counted from 1; for reading through <see cref="Invoke"/>.</summary>
    public IEnumerable<int> LostNodes()
    {
        for (int i = 0; i < _devices.Length; i++)
        {
            if (_polled[i].Descriptor < 0)
            {
                yield return i + 1;
            }
        }
    }

    public void Start() => _thread.Start();

    /// <summary>Runs the work on the forwarding thread, between two packets, and waits for it.</summary>
    /// <exception cref="TimeoutException">The thread did not come to it; the work may still run later.</exception>
    public void Invoke(Action<ForwardingCore, long> work) => _mailbox.Invoke(work, InvokeTimeoutMs);

    public void Dispose()
    {
        if (_thread.IsAlive)
        {
            Invoke((_, _) => _stopping = true);
            _thread.Join();
        }

        _mailbox.Dispose();
    }

    private void Run()
    {
        Urgency = ThreadUrgencies.Raise(_wantedUrgency);
        using var waits = new WaitMeter();
        while (!_stopping)
        {
            Sleep(waits);
            if (_polled[^1].Returned != 0)
            {
                _mailbox.Serve(_core, _clock.NowNs);
            }

            for (int i = 0; i < _devices.Length; i++)
            {
                if (_polled[i].Returned != 0)
                {
                    ReadFrom(i);
                }
            }

            WriteDue(_clock.NowNs);
        }
    }

    private void Sleep(WaitMeter waits)
    {
        long beforeNs = _clock.NowNs;
        bool metered = waits.TryRead(out long waitedBeforeNs);
        Poll(_core.NextDueNs, beforeNs);

        long nowNs = _clock.NowNs;
        long wokenForNs = nowNs - beforeNs;
        if (wokenForNs > ShortSleepNs && metered && waits.TryRead(out long waitedNs))
        {
            wokenForNs = Math.Min(wokenForNs, waitedNs - waitedBeforeNs);
        }

        _intake.OnWoken(nowNs, wokenForNs);
    }

    private void Poll(long untilNs, long nowNs)
    {
        long leftNs = Math.Max(0, untilNs - nowNs);
        var timeout = new Libc.TimeSpec { Seconds = leftNs / NsPerSecond, Nanoseconds = leftNs % NsPerSecond };
        var entries = (Libc.PollEntry*)Unsafe.AsPointer(ref _polled[0]);
        int ready = Libc.Poll(entries, (nuint)_polled.Length, untilNs == long.MaxValue ? null : &timeout, null);
        if (ready >= 0)
        {
            return;
        }

        if (Errno.Last != Errno.Interrupted)
        {
            throw Errno.Failure("cannot wait for packets");
        }

        for (int i = 0; i < _polled.Length; i++)
        {
            _polled[i].Returned = 0;
        }
    }

    private void ReadFrom(int device)
    {
        for (int count = 0; count < ReadBatch; count++)
        {
            bool roomy = _pool.TryTake(out int slot);
            byte* buffer = roomy ? _pool.AddressOf(slot) : (byte*)Unsafe.AsPointer(ref _scratch[0]);
            nint length = Libc.Read(_devices[device], buffer, (nuint)_pool.PacketBytes);
            long nowNs = _clock.NowNs;
            if (length <= 0)
            {
                OnNothingRead(device, length, roomy ? slot : -1, nowNs);
                return;
            }

            if (roomy)
            {
                _core.Offer(nowNs, device + 1, slot, (int)length, _intake.LagNs(device, nowNs));
            }
            else
            {
                _core.CountNoRoom(device + 1);
            }

            WriteDue(nowNs);
        }

        _intake.OnLeft(device);
    }

    private void OnNothingRead(int device, nint length, int unusedSlot, long nowNs)
    {
        int error = length < 0 ? Errno.Last : 0;
        if (unusedSlot >= 0)
        {
            _pool.Release(unusedSlot);
        }

        _intake.OnDrained(device, nowNs);
        if (error is not (Errno.TryAgain or Errno.Interrupted))
        {
            // Somebody deleted the device inside its namespace, or the other end of the pair was closed. The rest goes on.
            _polled[device].Descriptor = -1;
        }
    }

    private void WriteDue(long nowNs)
    {
        while (_core.TryTakeDue(nowNs, out UnderWay copy))
        {
            Span<byte> bytes = _pool.Bytes(copy.Slot, copy.LengthBytes);
            copy.Delivery.ApplyCorruption(bytes);
            int device = _core.Pairs[copy.Pair].To - 1;
            nint written = Libc.Write(_devices[device], _pool.AddressOf(copy.Slot), (nuint)copy.LengthBytes);

            // Two copies may share the bytes, and a flip undoes itself.
            copy.Delivery.ApplyCorruption(bytes);
            nowNs = _clock.NowNs;
            _core.Complete(nowNs, copy, written == copy.LengthBytes);
        }
    }
}
